package odonata.node.httpd;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** What comes with a request: counted and hashed, not kept. */
final class Upload {
    private Optional<MessageDigest> digest = Optional.empty();
    private long length;

    /** Most requests have none, and a digest takes long to make. */
    private MessageDigest digest() {
        if (digest.isEmpty()) {
            try {
                digest = Optional.of(MessageDigest.getInstance("SHA-256"));
            } catch (final NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
        return digest.get();
    }

    void add(final byte[] bytes) {
        if (bytes.length > 0) {
            digest().update(bytes);
            length += bytes.length;
        }
    }

    long length() {
        return length;
    }

    /** Of all that came; once. */
    byte[] sha256() {
        return digest().digest();
    }
}
