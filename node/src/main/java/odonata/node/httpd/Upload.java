package odonata.node.httpd;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What comes with a request: counted and hashed, not kept. */
final class Upload {
    private final MessageDigest digest;
    private long length;

    Upload() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void add(final byte[] bytes) {
        digest.update(bytes);
        length += bytes.length;
    }

    long length() {
        return length;
    }

    /** Of all that came; once. */
    byte[] sha256() {
        return digest.digest();
    }
}
