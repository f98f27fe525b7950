package io.loyaltyhub.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that cannot be answered as asked (RFC 9457). It carries message codes, not texts: {@link ProblemJson} says it in
 * the caller's language. Nothing in it may be secret.
 */
public class Problem extends RuntimeException {

    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final int status;
    private final String code;
    private final List<Object> args;
    private final List<FieldError> errors;
    private Map<String, Object> more = Map.of();

    private Problem(int status, String code, List<Object> args, List<FieldError> errors) {
        // A problem is an answer, not a defect: nobody reads its stack trace, and filling it in is what it would cost.
        super(code, null, false, false);
        this.status = status;
        this.code = code;
        this.args = args;
        this.errors = errors;
    }

    private static Problem of(int status, String code, Object... args) {
        return new Problem(status, code, List.of(args), List.of());
    }

    public static Problem badRequest(String code, Object... args) {
        return of(400, code, args);
    }

    /** 400, with one message for each field that is wrong. */
    public static Problem invalid(List<FieldError> errors) {
        return new Problem(400, "problem.invalid", List.of(), List.copyOf(errors));
    }

    public static Problem invalid(String field, String code, Object... args) {
        return invalid(List.of(FieldError.of(field, code, args)));
    }

    public static Problem unauthorized() {
        return of(401, "problem.unauthorized");
    }

    public static Problem unauthorized(String code) {
        return of(401, code);
    }

    public static Problem forbidden() {
        return of(403, "problem.forbidden");
    }

    public static Problem forbidden(String code, Object... args) {
        return of(403, code, args);
    }

    public static Problem notFound() {
        return of(404, "problem.not-found");
    }

    public static Problem notFound(String code) {
        return of(404, code);
    }

    public static Problem conflict(String code, Object... args) {
        return of(409, code, args);
    }

    /** 429; whoever answers says in {@code Retry-After} when to come again. */
    public static Problem tooMany(String code, long seconds) {
        return of(429, code, seconds).with("retryAfter", seconds);
    }

    /** One more member of the answer, for a program to read. */
    public Problem with(String name, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put(name, value);
        more = all;
        return this;
    }

    Map<String, Object> more() {
        return more;
    }

    /** 413; {@code limit} in bytes. */
    public static Problem tooLarge(long limit) {
        return of(413, "problem.too-large", limit / 1024);
    }

    public static Problem unsupportedMediaType(String code, Object... args) {
        return of(415, code, args);
    }

    /** 502: the platform did not give what was asked of it. */
    public static Problem badGateway(String code, Object... args) {
        return of(502, code, args);
    }

    /** 503: right now there is no room for this request. */
    public static Problem busy() {
        return of(503, "problem.busy");
    }

    /** 500; {@code reference} is what the log has beside the stack trace. */
    public static Problem internal(String reference) {
        return of(500, "problem.internal", reference);
    }

    /** For a status that somebody else decided and said no more about. */
    public static Problem ofStatus(int status) {
        String code = "problem.status." + status;
        if (Messages.has(Messages.ENGLISH, code)) {
            return of(status, code);
        }
        return switch (status) {
            case 401 -> unauthorized();
            case 403 -> forbidden();
            case 404 -> notFound();
            case 503 -> busy();
            default -> of(status, status < 500 ? "problem.status.400" : "problem.status.500");
        };
    }

    /**
     * What to answer when this was thrown. What nobody expected becomes a 500 with a reference, and is logged under it with
     * its stack trace; its message may hold anything and stays in the log.
     */
    public static Problem of(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof Problem problem) {
                return problem;
            }
            if (cause instanceof JsonProcessingException malformed) {
                return malformed(malformed);
            }
            if (cause instanceof RejectedExecutionException) {
                return busy();
            }
        }
        String reference = newReference();
        LOG.error("Unexpected failure, reference {}", reference, thrown);
        return internal(reference);
    }

    /** Where the JSON breaks, but not what stands there: it may be a password. */
    private static Problem malformed(JsonProcessingException malformed) {
        JsonLocation location = malformed.getLocation();
        return location == null || location.getLineNr() < 1
                ? badRequest("json.malformed.somewhere")
                : badRequest("json.malformed", location.getLineNr(), location.getColumnNr());
    }

    /** Ten letters and digits, short enough to be read out on the telephone. */
    static String newReference() {
        return String.format(Locale.ROOT, "%010x", RANDOM.nextLong() & 0xff_ffff_ffffL);
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public List<Object> args() {
        return args;
    }

    public List<FieldError> errors() {
        return errors;
    }

    public String title(Locale locale) {
        for (String key : new String[] {code + ".title", "title." + status}) {
            if (Messages.has(locale, key)) {
                return Messages.text(locale, key);
            }
        }
        return Messages.text(locale, status < 500 ? "title.400" : "title.500");
    }

    public String detail(Locale locale) {
        return Messages.text(locale, code, args.toArray());
    }
}
