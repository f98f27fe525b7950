package io.loyaltyhub.mail;

import java.util.Map;
import java.util.UUID;

/**
 * A mail about to be sent, with all that its templates may say.
 *
 * @param data    of its kind, secrets included
 * @param member  the member's name; null: unknown
 * @param from    the merchant's own sender; null: the hub's
 */
record Letter(
        UUID merchantId,
        long id,
        MailKind kind,
        UUID participantId,
        String address,
        Map<String, Object> data,
        String member,
        long balance,
        Shop shop,
        String from) {

    /** The merchant as its members know it. */
    record Shop(String name, String siteUrl, String signupUrl) {
    }

    /** Without anything of the person, for logs. */
    @Override
    public String toString() {
        return kind.code() + " mail " + id + " of merchant " + merchantId;
    }
}
