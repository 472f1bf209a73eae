package odonata.node.httpd;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** A response on its way: its head, then its body in pieces. Owner: its connection. */
final class Response {
    private static final byte[] NOTHING = {};
    private static final String CRLF = "\r\n";

    private final Page page;
    private boolean keepAlive;
    private final boolean http10;
    private final boolean withBody;
    private final boolean chunked;
    private boolean begun;
    private long given;
    private boolean over;

    /**
     * The response that is {@code page}.
     *
     * @param http10 the request was one of HTTP/1.0
     * @param withBody false for HEAD
     */
    Response(final Page page, final boolean keepAlive, final boolean http10, final boolean withBody) {
        this.page = page;
        this.keepAlive = keepAlive;
        this.http10 = http10;
        this.withBody = withBody;
        this.chunked = page.chunked() && !http10;
    }

    /** The connection is over with it; the peer is told so, unless the head is on its way. */
    void isLast() {
        keepAlive = false;
    }

    /** True when all of it has been given. */
    boolean isOver() {
        return over;
    }

    /** True when its body had fewer bytes than the head said: only the end of the connection can tell the peer. */
    boolean isCut() {
        return over && withBody && !page.chunked() && given < page.body().length();
    }

    void close() {
        page.body().close();
    }

    /** The next piece; only before it is over. */
    byte[] next() {
        final String head = begun ? "" : head();
        begun = true;
        final byte[] body = withBody ? page.body().next() : NOTHING;
        given += body.length;
        over = body.length == 0 || (!page.chunked() && given == page.body().length());
        return chunked && withBody ? chunk(head, body) : join(head, body, "");
    }

    private byte[] chunk(final String head, final byte[] body) {
        return body.length == 0
                ? join(head, body, "0" + CRLF + CRLF)
                : join(head + Integer.toHexString(body.length) + CRLF, body, CRLF);
    }

    private static byte[] join(final String before, final byte[] body, final String after) {
        if (before.isEmpty() && after.isEmpty()) {
            return body;
        }
        final byte[] first = before.getBytes(StandardCharsets.ISO_8859_1);
        final byte[] last = after.getBytes(StandardCharsets.ISO_8859_1);
        final byte[] all = new byte[first.length + body.length + last.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        System.arraycopy(last, 0, all, first.length + body.length, last.length);
        return all;
    }

    private String head() {
        final StringBuilder head = new StringBuilder(160)
                .append("HTTP/1.1 ")
                .append(page.status())
                .append(' ')
                .append(HttpResponseStatus.valueOf(page.status()).reasonPhrase())
                .append(CRLF);
        page.headers().forEach((name, value) -> field(head, name, value));
        field(head, "server", "odonata");
        if (chunked) {
            field(head, "transfer-encoding", "chunked");
        } else if (!page.chunked()) {
            field(head, "content-length", Long.toString(page.body().length()));
        }
        if (!keepAlive) {
            field(head, "connection", "close");
        } else if (http10) {
            field(head, "connection", "keep-alive");
        }
        return head.append(CRLF).toString();
    }

    private static void field(final StringBuilder head, final String name, final String value) {
        head.append(name).append(": ").append(value).append(CRLF);
    }
}
