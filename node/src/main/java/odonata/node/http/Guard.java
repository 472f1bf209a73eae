package odonata.node.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides who may call.
 *
 * <p>Reading is free on a member that only this machine can reach, else it needs the token, the cluster secret or the
 * cookie that the page set. Changing always needs the token or the secret in a header, which no foreign page can send.
 * {@code Host} must be a name of this machine, so that a foreign name that was made to point here (DNS rebinding) gets
 * nothing, and {@code Origin}, when a browser sends it, must be the member itself.
 */
final class Guard {
    static final String COOKIE = "odonata-read";

    private static final Set<String> LOOPBACK_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

    private final Token token;
    private final Optional<String> secret;
    private final String bind;

    /**
     * A guard.
     *
     * @param secret the cluster secret; empty: the server is bound to loopback and reading is free
     * @param bind address that the server is bound to
     */
    Guard(final Token token, final Optional<String> secret, final String bind) {
        this.token = token;
        this.secret = secret;
        this.bind = bind;
    }

    /** Why a request is turned away. */
    enum Refusal {
        HOST(421, "this name is not one of this machine's", "call it by 127.0.0.1 or localhost"),
        ORIGIN(403, "another site's page may not call this", "open the dashboard itself"),
        TOKEN(401, "the admin token is missing or wrong", "send Authorization: Bearer <token>; `odonata up` prints it");

        private final int status;
        private final String error;
        private final String hint;

        Refusal(final int status, final String error, final String hint) {
            this.status = status;
            this.error = error;
            this.hint = hint;
        }

        int status() {
            return status;
        }

        String error() {
            return error;
        }

        String hint() {
            return hint;
        }
    }

    /** Empty when the request may pass. */
    Optional<Refusal> refuse(final HttpRequest request) {
        final String host = header(request, "host");
        if (!knownHost(host)) {
            return Optional.of(Refusal.HOST);
        }
        final String origin = header(request, "origin");
        if (!origin.isEmpty() && !origin.equals("http://" + host)) {
            return Optional.of(Refusal.ORIGIN);
        }
        final boolean reads =
                request.method().equals(HttpMethods.GET) || request.method().equals(HttpMethods.HEAD);
        return (reads ? mayRead(request) : mayChange(request)) ? Optional.empty() : Optional.of(Refusal.TOKEN);
    }

    /** With a secret every caller has shown it, so any name is as good as another. */
    private boolean knownHost(final String host) {
        final String name = host.replaceFirst(":\\d{1,5}$", "").toLowerCase(Locale.ROOT);
        return secret.isPresent() || LOOPBACK_NAMES.contains(name) || name.equals(bind);
    }

    private boolean mayRead(final HttpRequest request) {
        return secret.isEmpty() || mayChange(request) || Token.equal(token.readKey(), cookie(request));
    }

    private boolean mayChange(final HttpRequest request) {
        final String authorization = header(request, "authorization");
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                && shown(authorization.substring(7).strip());
    }

    /** True when {@code presented} is the token or the cluster secret. */
    boolean shown(final String presented) {
        final boolean isToken = token.matches(presented);
        final boolean isSecret = Token.equal(secret.orElse(""), presented) && secret.isPresent();
        return isToken || isSecret;
    }

    /** What the page's cookie holds. */
    String cookieValue() {
        return token.readKey();
    }

    private static String cookie(final HttpRequest request) {
        for (final String part : header(request, "cookie").split(";", 100)) {
            final String pair = part.strip();
            if (pair.startsWith(COOKIE + "=")) {
                return pair.substring(COOKIE.length() + 1);
            }
        }
        return "";
    }

    static String header(final HttpRequest request, final String lowerCaseName) {
        for (final HttpHeader header : request.getHeaders()) {
            if (header.lowercaseName().equals(lowerCaseName)) {
                return header.value();
            }
        }
        return "";
    }
}
