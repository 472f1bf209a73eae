package odonata.node.launch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import odonata.node.http.Health;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.Json;

/** Calls a member's HTTP interface. */
public final class NodeClient {
    private static final int CONNECT_MS = 5_000;
    private static final int READ_MS = 30_000;

    private final String base;
    private final String token;

    /**
     * A client of one member.
     *
     * @param base address like {@code http://127.0.0.1:8080}
     * @param token admin token or cluster secret; empty: reading only
     */
    public NodeClient(final String base, final String token) {
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        this.token = token;
    }

    /** What a member answered. */
    @SuppressWarnings("ArrayRecordComponent") // handed over
    public record Answer(int status, byte[] body) {
        /** True for 2xx. */
        public boolean ok() {
            return status / 100 == 2;
        }

        /** Field {@code text} or {@code error} of the body; the body itself when it is no JSON, as of a server that gave up. */
        public String text() {
            try {
                return Json.read(body.length == 0 ? new byte[] {'{', '}'} : body, JsonNode.class)
                        .path(ok() ? "text" : "error")
                        .asText("");
            } catch (UncheckedIOException e) {
                return new String(body, StandardCharsets.UTF_8).strip();
            }
        }
    }

    /** Base address. */
    public String base() {
        return base;
    }

    /** The member's newest picture. */
    public ClusterSnapshot snapshot() throws IOException {
        final Answer answer = call("GET", "/api/v1/snapshot", null);
        if (!answer.ok()) {
            throw new IOException(base + " answers " + answer.status() + ": " + answer.text());
        }
        return read(answer, ClusterSnapshot.class);
    }

    /** Whether the member thinks that the cluster is whole; it answers 503 when not. */
    public Health health() throws IOException {
        final Answer answer = call("GET", "/api/v1/health", null);
        if (!answer.ok() && answer.status() != 503) {
            throw new IOException(base + " answers " + answer.status() + ": " + answer.text());
        }
        return read(answer, Health.class);
    }

    private <T> T read(final Answer answer, final Class<T> type) throws IOException {
        try {
            return Json.read(answer.body(), type);
        } catch (UncheckedIOException e) {
            throw new IOException(base + " answers " + answer.status() + ": " + answer.text(), e);
        }
    }

    /** A GET as it is. */
    public Answer get(final String path) throws IOException {
        return call("GET", path, null);
    }

    /** A POST; {@code body} is written as JSON, null for none. */
    public Answer post(final String path, final Object body) throws IOException {
        return call("POST", path, body == null ? new byte[0] : Json.bytes(body));
    }

    private Answer call(final String method, final String path, final byte[] body) throws IOException {
        final URL url = URI.create(base + path).toURL();
        final HttpURLConnection connection = (HttpURLConnection) url.openConnection(java.net.Proxy.NO_PROXY);
        connection.setConnectTimeout(CONNECT_MS);
        connection.setReadTimeout(READ_MS);
        connection.setRequestMethod(method);
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        if (body != null) {
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(body.length);
            connection.getOutputStream().write(body);
        }
        final int status = connection.getResponseCode();
        try (InputStream in = status / 100 == 2 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, in == null ? new byte[0] : in.readAllBytes());
        }
    }
}
