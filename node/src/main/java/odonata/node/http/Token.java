package odonata.node.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The admin token of a cluster: what POST requests must show.
 *
 * @param value 1..256 visible ASCII characters
 */
public record Token(String value) {
    private static final int BYTES = 24;

    /** Rejects what cannot stand in a header. */
    public Token {
        if (!value.matches("[!-~]{1,256}")) {
            throw new IllegalArgumentException("a token is 1..256 visible ASCII characters without spaces");
        }
    }

    /** A new random one. */
    public static Token random() {
        final byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Token(HexFormat.of().formatHex(bytes));
    }

    /** The token that all members with the same cluster secret share. */
    public static Token ofSecret(final String secret) {
        return new Token(hmac(secret, "odonata admin token 1"));
    }

    /** What a browser holds instead of the token: lets it read, not change. */
    String readKey() {
        return hmac(value, "odonata read key 1");
    }

    /** True when {@code presented} is this token; takes the same time wherever they differ. */
    boolean matches(final String presented) {
        return equal(value, presented);
    }

    static boolean equal(final String one, final String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static String hmac(final String key, final String text) {
        try {
            final Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "Token[...]";
    }
}
