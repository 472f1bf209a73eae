package odonata.node.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import odonata.node.http.ConnectionFilter;
import odonata.node.http.FindQuery;
import odonata.node.http.FoundView;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.ConnectionView;
import odonata.node.snapshot.History;
import odonata.node.snapshot.Json;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.machine.TcpState;

/**
 * Serves the page and the snapshots it is given, the way a member does: same paths, same content security policy.
 *
 * <p>A browser that connects first gets everything that was pushed before, so a test can push minutes of history at once.
 */
final class FakeServer implements AutoCloseable {
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final String ROOT = "/odonata/node/dashboard/";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    /** A request that changes something, as it came in. */
    record Post(String path, String authorization, String origin) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(r -> {
        final Thread t = new Thread(r, "fake-server");
        t.setDaemon(true);
        return t;
    });
    private final List<String> past = new ArrayList<>();
    private final History history = new History();
    private final List<LinkedBlockingQueue<String>> clients = new CopyOnWriteArrayList<>();
    private final List<Post> posts = new CopyOnWriteArrayList<>();
    private final List<HttpExchange> streams = new CopyOnWriteArrayList<>();
    private volatile int postStatus = 202;
    private volatile String postBody = "{}";
    private volatile boolean refuseStreams;
    private volatile boolean refuseSearches;
    private volatile List<ConnectionView> connections = List.of();
    private volatile List<Integer> silentMembers = List.of();
    private final IntUnaryOperator memberOf;
    private volatile int replayed = 900;

    FakeServer(final int port) throws IOException {
        this(port, 2);
    }

    /** Of a cluster whose members have so many CPUs each. */
    FakeServer(final int port, final int cpusPerMember) throws IOException {
        memberOf = cpu -> cpu / cpusPerMember + 1;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/api/v1/stream", this::stream);
        server.createContext("/api/v1/history", this::history);
        server.createContext("/api/v1/connections/find", this::find);
        server.createContext("/api/v1/", this::post);
        server.createContext("/", this::asset);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /** Sends a snapshot to everybody who is connected, and to everybody who will be. */
    void push(final String snapshot) {
        synchronized (past) {
            past.add(snapshot);
            history.add(Json.read(snapshot.getBytes(StandardCharsets.UTF_8), ClusterSnapshot.class));
            clients.forEach(c -> c.add(snapshot));
        }
    }

    /** From now on a page that connects gets the newest snapshot only, as from a member; before, all. */
    void sendNewestOnly() {
        replayed = 1;
    }

    void answerPosts(final int status, final String body) {
        postStatus = status;
        postBody = body;
    }

    List<Post> posts() {
        return List.copyOf(posts);
    }

    /** Cuts all streams; new ones are refused until {@link #accept()}. */
    void cut() {
        refuseStreams = true;
        streams.forEach(HttpExchange::close);
        streams.clear();
        clients.clear();
    }

    void accept() {
        refuseStreams = false;
    }

    private void stream(final HttpExchange x) throws IOException {
        if (refuseStreams) {
            answer(x, 503, "text/plain", "not now".getBytes(StandardCharsets.UTF_8));
            return;
        }
        headers(x, "text/event-stream");
        x.sendResponseHeaders(200, 0);
        final LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
        synchronized (past) {
            queue.addAll(past.subList(Math.max(0, past.size() - replayed), past.size()));
            clients.add(queue);
        }
        streams.add(x);
        try (OutputStream out = x.getResponseBody()) {
            while (clients.contains(queue)) {
                final String s = queue.poll(2, TimeUnit.SECONDS);
                final String frame = s == null ? ": idle\n\n" : "event: snapshot\ndata: " + s + "\n\n";
                out.write(frame.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            clients.remove(queue);
            streams.remove(x);
        }
    }

    private void history(final HttpExchange x) throws IOException {
        answer(x, 200, "application/json", Json.bytes(history.view()));
    }

    /** From now on these are all connections of the cluster, and those members do not answer. */
    void connections(final List<ConnectionView> all, final Integer... silent) {
        connections = List.copyOf(all);
        silentMembers = List.of(silent);
    }

    /** From now on every search fails. */
    void refuseSearches() {
        refuseSearches = true;
    }

    /** The connections of the last snapshot, unless others were given. */
    private List<ConnectionView> connections() {
        synchronized (past) {
            return connections.isEmpty()
                    ? Json.read(past.get(past.size() - 1).getBytes(StandardCharsets.UTF_8), ClusterSnapshot.class)
                            .tcp()
                            .connections()
                    : connections;
        }
    }

    /** As a member does, with its own understanding of the words. */
    private void find(final HttpExchange x) throws IOException {
        if (refuseSearches) {
            answer(x, 503, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        final Map<String, String> parameters = new HashMap<>();
        for (final String parameter : x.getRequestURI().getQuery().split("&", -1)) {
            parameters.put(
                    parameter.substring(0, parameter.indexOf('=')), parameter.substring(parameter.indexOf('=') + 1));
        }
        try {
            final FindQuery query = new FindQuery(parameters.get("q"), Integer.parseInt(parameters.get("limit")));
            final List<ConnectionView> all = connections();
            final List<ConnectionView> found =
                    all.stream().filter(c -> isMeant(query.filter(), c)).toList();
            final FoundView part = new FoundView(all.size(), found.size(), silentMembers, found);
            answer(x, 200, "application/json", Json.bytes(FoundView.merge(List.of(part), query.limit())));
        } catch (final IllegalArgumentException e) {
            answer(x, 400, "application/json", Json.bytes(Map.of("error", e.getMessage())));
        }
    }

    private boolean isMeant(final ConnectionFilter filter, final ConnectionView c) {
        return filter.cpu(c.cpu())
                && filter.member(memberOf.applyAsInt(c.cpu()))
                && filter.test(
                        new FlowKey(addr(c.local()), port(c.local()), addr(c.remote()), port(c.remote()), IpProto.TCP),
                        TcpState.valueOf(c.state()));
    }

    private static int addr(final String end) {
        return Ipv4Address.parse(end.substring(0, end.indexOf(':')));
    }

    private static int port(final String end) {
        return Integer.parseInt(end.substring(end.indexOf(':') + 1));
    }

    private void post(final HttpExchange x) throws IOException {
        if (!"POST".equals(x.getRequestMethod())) {
            answer(x, 405, "text/plain", new byte[0]);
            return;
        }
        x.getRequestBody().readAllBytes();
        final String auth = x.getRequestHeaders().getFirst("Authorization");
        posts.add(new Post(
                x.getRequestURI().getPath(),
                auth == null ? "" : auth,
                x.getRequestHeaders().getFirst("Origin")));
        answer(x, postStatus, "application/json", postBody.getBytes(StandardCharsets.UTF_8));
    }

    private void asset(final HttpExchange x) throws IOException {
        final String path = x.getRequestURI().getPath();
        final String name = "/".equals(path) ? "index.html" : path.substring(1);
        final String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        try (InputStream in = FakeServer.class.getResourceAsStream(ROOT + name)) {
            if (in == null || type == null || name.contains("..")) {
                answer(x, 404, "text/plain", "no such file".getBytes(StandardCharsets.UTF_8));
                return;
            }
            answer(x, 200, type, in.readAllBytes());
        }
    }

    private static void headers(final HttpExchange x, final String type) {
        x.getResponseHeaders().set("Content-Type", type);
        x.getResponseHeaders().set("Content-Security-Policy", POLICY);
        x.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        x.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        x.getResponseHeaders().set("Cache-Control", "no-store");
    }

    private static void answer(final HttpExchange x, final int status, final String type, final byte[] body)
            throws IOException {
        headers(x, type);
        x.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = x.getResponseBody()) {
            if (body.length > 0) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        cut();
        server.stop(0);
        threads.shutdownNow();
    }
}
