package io.loyaltyhub.mail;

import io.loyaltyhub.security.Secrets;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * What a mail is known by if it comes back: its number and a code over that and its address, which only the hub's key makes.
 * In digits and small letters, since not every mail server between here and there keeps capitals.
 */
@Component
class ReturnTokens {

    private static final String PURPOSE = "mail-return";
    private static final int RADIX = 32;
    /** 80 bits: short enough for the local part of an address. */
    private static final int CODE_BYTES = 10;
    private static final int CODE_LENGTH = 16;

    private final Secrets secrets;

    ReturnTokens(Secrets secrets) {
        this.secrets = secrets;
    }

    String token(long mail, String address) {
        byte[] to = address.getBytes(StandardCharsets.UTF_8);
        byte[] code = secrets.code(PURPOSE, ByteBuffer.allocate(Long.BYTES + to.length).putLong(mail).put(to).array());
        String digits = new BigInteger(1, Arrays.copyOf(code, CODE_BYTES)).toString(RADIX);
        return "0".repeat(CODE_LENGTH - digits.length()) + digits + Long.toString(mail, RADIX);
    }

    /** The number of the mail that a token speaks of, whether or not the hub made it; none: -1. */
    static long mailOf(String token) {
        try {
            return token.length() <= CODE_LENGTH ? -1 : Long.parseLong(token.toLowerCase(Locale.ROOT), CODE_LENGTH, token.length(), RADIX);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** In the same time, whatever the token looks like. */
    boolean isOf(String token, long mail, String address) {
        return MessageDigest.isEqual(token(mail, address).getBytes(StandardCharsets.UTF_8), token.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
    }
}
