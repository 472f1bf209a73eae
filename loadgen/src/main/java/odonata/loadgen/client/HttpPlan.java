package odonata.loadgen.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** The one request that HTTP clients make, as bytes, and what its answer must be. Immutable. */
@SuppressWarnings("ArrayRecordComponent") // written once, then only read
record HttpPlan(
        byte[] head,
        byte[] lastHead,
        long uploadBytes,
        int status,
        OptionalLong patternBytes,
        Optional<byte[]> content) {

    /** GET of a path; {@code /bytes/N} and {@code /chunked/N} are the cluster's own, whose content is known. */
    static HttpPlan get(final String path, final String host, final int status) {
        final String head = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
        return new HttpPlan(
                bytes(head + "\r\n"),
                bytes(head + "Connection: close\r\n\r\n"),
                0,
                status,
                status == 200 ? patternOf(path) : OptionalLong.empty(),
                Optional.empty());
    }

    /** POST of so many bytes to {@code /upload}, which answers with their number and SHA-256. */
    static HttpPlan upload(final long bytes, final String host) {
        final String head = "POST /upload HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + bytes + "\r\n";
        return new HttpPlan(
                bytes(head + "\r\n"),
                bytes(head + "Connection: close\r\n\r\n"),
                bytes,
                200,
                OptionalLong.empty(),
                Optional.of(bytes(bytes + " " + Pattern.sha256(bytes) + "\n")));
    }

    /** Bytes of the answer's content, if they are known. */
    OptionalLong contentBytes() {
        return content.isPresent() ? OptionalLong.of(content.get().length) : patternBytes;
    }

    private static OptionalLong patternOf(final String path) {
        final String number = path.replaceFirst("^/(bytes|chunked)/(\\d{1,18})$", "$2");
        return number.equals(path) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(number));
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
