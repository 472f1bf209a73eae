package odonata.node.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import odonata.node.snapshot.Json;

/** Responses with the headers that every response has. */
final class Replies {
    /** Nothing from elsewhere, no inline script or style, no frame. */
    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final List<HttpHeader> COMMON = List.of(
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("X-Frame-Options", "DENY"),
            RawHeader.create("Referrer-Policy", "no-referrer"),
            RawHeader.create("Cross-Origin-Resource-Policy", "same-origin"),
            RawHeader.create("Content-Security-Policy", CONTENT_SECURITY_POLICY));

    private Replies() {}

    static HttpResponse json(final int status, final byte[] body) {
        return with(status, ContentTypes.APPLICATION_JSON, body, RawHeader.create("Cache-Control", "no-store"));
    }

    static HttpResponse json(final int status, final Object body) {
        return json(status, Json.bytes(body));
    }

    static HttpResponse error(final int status, final String error, final String hint) {
        final HttpResponse response = json(status, Map.of("error", error, "hint", hint));
        return status == 401 ? response.addHeader(RawHeader.create("WWW-Authenticate", "Bearer")) : response;
    }

    static HttpResponse with(final int status, final ContentType type, final byte[] body, final HttpHeader... more) {
        return HttpResponse.create()
                .withStatus(status)
                .addHeaders(headers(more))
                .withEntity(HttpEntities.create(type, body));
    }

    static List<HttpHeader> headers(final HttpHeader... more) {
        final List<HttpHeader> headers = new ArrayList<>(COMMON);
        headers.addAll(List.of(more));
        return headers;
    }
}
