package odonata.node.kvd;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads answers as a client does, and prints them: {@code +OK}, {@code -ERR ...}, {@code :1}, {@code "text"}, {@code nil}, {@code [..]}. */
final class Reply {
    private final byte[] bytes;
    private int at;

    private Reply(final byte[] bytes) {
        this.bytes = bytes;
    }

    /** All whole answers, and how many bytes they were. */
    record Read(List<String> answers, int length) {}

    static Read all(final byte[] bytes) {
        final Reply reply = new Reply(bytes);
        final List<String> answers = new ArrayList<>();
        int length = 0;
        for (Optional<String> next = reply.next(); next.isPresent(); next = reply.next()) {
            answers.add(next.get());
            length = reply.at;
        }
        return new Read(answers, length);
    }

    private Optional<String> line() {
        for (int i = at; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                final String line = new String(bytes, at, i - at, StandardCharsets.ISO_8859_1);
                at = i + 2;
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    private Optional<String> next() {
        final Optional<String> line = line();
        if (line.isEmpty()) {
            return line;
        }
        return switch (line.get().charAt(0)) {
            case '+', '-', ':' -> line;
            case '$' -> bulk(Integer.parseInt(line.get().substring(1)));
            case '*' -> array(Integer.parseInt(line.get().substring(1)));
            default -> throw new AssertionError("no answer: " + line.get());
        };
    }

    private Optional<String> bulk(final int length) {
        if (length < 0) {
            return Optional.of("nil");
        }
        if (at + length + 2 > bytes.length) {
            return Optional.empty();
        }
        final String text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
        at += length + 2;
        return Optional.of('"' + text + '"');
    }

    private Optional<String> array(final int count) {
        if (count < 0) {
            return Optional.of("nil");
        }
        final List<String> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final Optional<String> part = next();
            if (part.isEmpty()) {
                return part;
            }
            parts.add(part.get());
        }
        return Optional.of(parts.toString());
    }
}
