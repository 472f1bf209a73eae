package odonata.node.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.Materializer;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import odonata.node.capture.CaptureRequest;
import odonata.node.http.NodeApi.Outcome;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.LoadView;
import odonata.node.snapshot.ReplayView;
import odonata.node.trace.TraceRequest;

/** Which path does what. Called from the server's threads. */
final class Router {
    private static final String API = "/api/v1/";
    private static final String THREADS = API + "threads";
    private static final String ROUTES = API + "routes";
    private static final String CONNECTIONS = API + "connections";
    private static final String FIND = CONNECTIONS + "/find";
    private static final String DEVICES = API + "devices";
    private static final Set<String> LATER = Set.of(THREADS, ROUTES, CONNECTIONS, FIND, DEVICES);
    private static final HttpHeader NO_STORE = RawHeader.create("Cache-Control", "no-store");
    private static final Pattern CAPTURE = Pattern.compile("capture/(\\d{1,18})/(read|stop)");
    private static final ContentType PCAP = ContentTypes.parse("application/vnd.tcpdump.pcap");
    private static final Pattern MEMBER = Pattern.compile("members/(\\d{1,6})/(drain|kill)");
    private static final long BODY_TIMEOUT_MS = 5_000;

    private final NodeApi node;
    private final Guard guard;
    private final Materializer materializer;
    private final long maxBody;
    private final StaticFiles files = new StaticFiles();
    private final Map<String, Supplier<HttpResponse>> reads;

    Router(
            final NodeApi node,
            final Guard guard,
            final EventStreams streams,
            final Pictures pictures,
            final Materializer materializer,
            final long maxBody) {
        this.node = node;
        this.guard = guard;
        this.materializer = materializer;
        this.maxBody = maxBody;
        this.reads = Map.of(
                "snapshot", () -> Replies.json(200, pictures.json()),
                "history", () -> Replies.json(200, pictures.history()),
                "stream", () -> streams.open(pictures.event()),
                "members", () -> Replies.json(200, node.snapshot().members()),
                "cpus", () -> Replies.json(200, node.snapshot().cpus()),
                "buckets", () -> Replies.json(200, node.snapshot().buckets()),
                "events", () -> Replies.json(200, node.snapshot().events()),
                "counters", () -> Replies.json(200, node.counters()),
                "health", this::health);
    }

    CompletionStage<HttpResponse> handle(final HttpRequest request) {
        final String path = request.getUri().path();
        final Optional<HttpResponse> login = login(request, path);
        if (login.isPresent()) {
            return done(request, login.get());
        }
        final Optional<Guard.Refusal> refusal = guard.refuse(request);
        if (refusal.isPresent()) {
            final Guard.Refusal r = refusal.get();
            return done(request, Replies.error(r.status(), r.error(), r.hint()));
        }
        final HttpMethod method = request.method();
        if (method.equals(HttpMethods.GET) || method.equals(HttpMethods.HEAD)) {
            return switch (path) {
                case THREADS -> later(request, node.threads());
                case ROUTES -> later(request, node.routes());
                case CONNECTIONS -> asked(request, parameter -> node.connections(ConnectionsQuery.of(parameter)));
                case FIND -> asked(request, parameter -> node.find(FindQuery.of(parameter)));
                case DEVICES -> later(request, node.devices());
                default -> done(request, read(path));
            };
        }
        return method.equals(HttpMethods.POST) ? change(request, path) : done(request, notAllowed("GET, HEAD, POST"));
    }

    /** {@code /?token=...} turns the token into a cookie, because a browser cannot send it as a header. */
    private Optional<HttpResponse> login(final HttpRequest request, final String path) {
        final Optional<String> shown = request.getUri().query().get("token");
        if (!path.equals("/") || shown.isEmpty() || !guard.shown(shown.get())) {
            return Optional.empty();
        }
        return Optional.of(Replies.with(
                303,
                ContentTypes.TEXT_PLAIN_UTF8,
                new byte[0],
                RawHeader.create("Location", "/"),
                RawHeader.create(
                        "Set-Cookie",
                        Guard.COOKIE + "=" + guard.cookieValue() + "; Path=/; HttpOnly; SameSite=Strict")));
    }

    private HttpResponse read(final String path) {
        if (path.equals("/metrics")) {
            return Replies.with(
                    200,
                    ContentTypes.parse(Prometheus.CONTENT_TYPE),
                    Prometheus.text(node.counters()).getBytes(StandardCharsets.UTF_8));
        }
        if (path.startsWith(API)) {
            final Supplier<HttpResponse> read = reads.get(path.substring(API.length()));
            return read == null ? notFound(path) : read.get();
        }
        return files.get(path).orElseGet(() -> notFound(path));
    }

    private HttpResponse health() {
        final Health health = node.health();
        return Replies.json(health.healthy() && health.ready() ? 200 : 503, health);
    }

    private CompletionStage<HttpResponse> change(final HttpRequest request, final String path) {
        final String name = path.startsWith(API) ? path.substring(API.length()) : "";
        final Matcher member = MEMBER.matcher(name);
        if (member.matches()) {
            final int id = Integer.parseInt(member.group(1));
            return answer(request, member.group(2).equals("drain") ? node.drain(id) : node.kill(id));
        }
        final Matcher capture = CAPTURE.matcher(name);
        if (capture.matches()) {
            return capture(
                    request, Long.parseLong(capture.group(1)), capture.group(2).equals("read"));
        }
        return switch (name) {
            case "rebalance" -> answer(request, node.rebalance());
            case "load" -> body(request, LoadView.class, node::load);
            case "replay" -> body(request, ReplayView.class, node::replay);
            case "trace" ->
                bodyFor(request, TraceRequest.class, asked -> node.trace(asked).thenApply(Router::outcome));
            case "capture" ->
                bodyFor(request, CaptureRequest.class, asked -> node.capture(asked)
                        .map(begun -> CompletableFuture.completedStage(Replies.json(200, begun)))
                        .orElseGet(() -> refused(
                                409, "this member takes no more captures", "end one, or wait until it has joined")));
            case "trace/stop" -> later(request, node.endTrace());
            case "events" -> body(request, Note.class, note -> node.event(note.kind(), note.text()));
            default ->
                done(
                        request,
                        reads.containsKey(name) || LATER.contains(path) ? notAllowed("GET, HEAD") : notFound(path));
        };
    }

    /** A question with parameters, which may make no sense. */
    private CompletionStage<HttpResponse> asked(
            final HttpRequest request,
            final Function<Function<String, Optional<String>>, CompletionStage<?>> question) {
        try {
            return later(
                    request, question.apply(name -> request.getUri().query().get(name)));
        } catch (IllegalArgumentException e) {
            return done(request, Replies.error(400, e.getMessage(), "see docs/http-api.md"));
        }
    }

    private CompletionStage<HttpResponse> capture(final HttpRequest request, final long id, final boolean read) {
        request.discardEntityBytes(materializer);
        final HttpResponse none =
                Replies.error(404, "there is no capture " + id, "one that nobody reads ends by itself");
        if (read) {
            return CompletableFuture.completedFuture(node.captured(id)
                    .map(file -> Replies.with(200, PCAP, file, NO_STORE))
                    .orElse(none));
        }
        return node.endCapture(id)
                .thenApply(view -> view.map(v -> Replies.json(200, v)).orElse(none));
    }

    /**
     * Body of {@code POST /api/v1/events}.
     *
     * @param kind load or replay
     * @param text a sentence of at most 200 characters
     */
    record Note(String kind, String text) {
        Note {
            if (kind == null || !kind.matches("load|replay") || text == null || text.length() > 200) {
                throw new IllegalArgumentException("kind must be load or replay, text at most 200 characters");
            }
        }
    }

    private CompletionStage<HttpResponse> answer(final HttpRequest request, final CompletionStage<Outcome> outcome) {
        request.discardEntityBytes(materializer);
        return outcome.thenApply(Router::outcome);
    }

    private static HttpResponse outcome(final Outcome outcome) {
        return outcome.accepted()
                ? Replies.json(202, Map.of("accepted", true, "text", outcome.text()))
                : Replies.error(409, outcome.text(), "GET /api/v1/members shows who there is");
    }

    private CompletionStage<HttpResponse> later(final HttpRequest request, final CompletionStage<?> view) {
        request.discardEntityBytes(materializer);
        return view.thenApply(value -> Replies.json(200, value));
    }

    private <T> CompletionStage<HttpResponse> body(
            final HttpRequest request, final Class<T> type, final Consumer<T> taker) {
        return bodyFor(request, type, value -> {
            taker.accept(value);
            return CompletableFuture.completedFuture(Replies.json(200, Map.of("accepted", true)));
        });
    }

    private <T> CompletionStage<HttpResponse> bodyFor(
            final HttpRequest request, final Class<T> type, final Function<T, CompletionStage<HttpResponse>> answer) {
        return request.entity()
                .withSizeLimit(maxBody)
                .toStrict(BODY_TIMEOUT_MS, materializer)
                .handle((entity, failure) -> failure == null
                        ? take(entity.getData().toArray(), type, answer)
                        : refused(413, "the body is too large or came too slowly", "at most " + maxBody + " bytes"))
                .thenCompose(Function.identity());
    }

    private static <T> CompletionStage<HttpResponse> take(
            final byte[] json, final Class<T> type, final Function<T, CompletionStage<HttpResponse>> answer) {
        final T value;
        try {
            value = Json.read(json, type);
        } catch (UncheckedIOException e) {
            return refused(400, "the body is not what is expected here", "see docs/http-api.md");
        }
        return value == null ? refused(400, "the body is empty", "see docs/http-api.md") : answer.apply(value);
    }

    private static CompletionStage<HttpResponse> refused(final int status, final String error, final String hint) {
        return CompletableFuture.completedFuture(Replies.error(status, error, hint));
    }

    private CompletionStage<HttpResponse> done(final HttpRequest request, final HttpResponse response) {
        request.discardEntityBytes(materializer);
        return CompletableFuture.completedFuture(response);
    }

    private static HttpResponse notFound(final String path) {
        return Replies.error(404, "nothing is at " + path, "see docs/http-api.md");
    }

    private static HttpResponse notAllowed(final String allowed) {
        return Replies.error(405, "this method is not served here", "allowed: " + allowed)
                .addHeader(RawHeader.create("Allow", allowed));
    }
}
