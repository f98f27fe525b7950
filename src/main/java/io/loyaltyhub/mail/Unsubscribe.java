package io.loyaltyhub.mail;

import io.loyaltyhub.api.Problem;
import io.loyaltyhub.security.SignedIds;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * {@code /program/{merchant}/unsubscribe/{token}}: open to whoever has the token, which is in the member's mails. To look at it
 * asks, as mail scanners look at every link; to post to it unsubscribes, with one click in mail programs that offer it (RFC 8058).
 */
@Component("unsubscribe")
public class Unsubscribe {

    static final String PURPOSE = "unsubscribe";

    private final SignedIds tokens;
    private final MailConsents consents;
    private final MailTemplates templates;
    private final JdbcClient jdbc;

    Unsubscribe(SignedIds tokens, MailConsents consents, MailTemplates templates, JdbcClient jdbc) {
        this.tokens = tokens;
        this.consents = consents;
        this.templates = templates;
        this.jdbc = jdbc;
    }

    static String path(UUID merchant, String token) {
        return "/program/" + merchant + "/unsubscribe/" + token;
    }

    public void answer(Exchange exchange) {
        Message message = exchange.getMessage();
        SignedIds.Named member = tokens.read(PURPOSE, message.getHeader("token", "", String.class))
                .filter(named -> named.merchantId().toString().equals(message.getHeader("merchant"))).orElseThrow(Problem::notFound);
        String shop = jdbc.sql("""
                SELECT m.name FROM merchants m JOIN participants p ON p.merchant_id = m.id WHERE m.id = ? AND p.id = ?
                """).params(member.merchantId(), member.id()).query(String.class).optional().orElseThrow(Problem::notFound);
        boolean done = "POST".equals(message.getHeader(Exchange.HTTP_METHOD, String.class));
        if (done) {
            consents.set(member.merchantId(), member.id(), false);
        }
        Map<String, Object> model = new HashMap<>(Map.of("shop", Map.of("name", Letters.oneLine(shop)), "done", done));
        message.removeHeaders("*");
        message.setBody(templates.render(member.merchantId(), "unsubscribe.html", model));
        message.setHeader(Exchange.CONTENT_TYPE, "text/html; charset=utf-8");
        message.setHeader("Cache-Control", "no-store");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
    }
}
