package odonata.node.httpd;

import java.util.Map;

/**
 * What answers a request.
 *
 * @param status of HTTP
 * @param headers besides those that every response has
 * @param chunked the length is not told before
 * @param afterMs how long it waits before it is sent
 */
record Page(int status, Map<String, String> headers, Body body, boolean chunked, long afterMs) {

    static Page text(final int status, final String text) {
        return of(status, "text/plain; charset=utf-8", Body.of(text));
    }

    static Page of(final int status, final String type, final Body body) {
        return new Page(status, Map.of("Content-Type", type), body, false, 0);
    }

    Page inChunks() {
        return new Page(status, headers, body, true, afterMs);
    }

    Page after(final long ms) {
        return new Page(status, headers, body, chunked, ms);
    }

    Page with(final Map<String, String> others) {
        return new Page(status, others, body, chunked, afterMs);
    }
}
