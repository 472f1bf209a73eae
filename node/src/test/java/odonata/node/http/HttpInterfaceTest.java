package odonata.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorSystem;
import com.typesafe.config.ConfigFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import odonata.actors.cpu.TdFlag;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.cpu.ThreadState;
import odonata.config.ConfigException;
import odonata.config.HttpSettings;
import odonata.node.capture.CaptureRequest;
import odonata.node.capture.CaptureView;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.ConnectionView;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.LoadView;
import odonata.node.snapshot.ReplayView;
import odonata.node.snapshot.SnapshotMerge;
import odonata.node.snapshot.SnapshotRules;
import odonata.node.snapshot.Views;
import odonata.node.trace.TraceRequest;
import odonata.node.trace.TraceView;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class HttpInterfaceTest {
    private static final Token TOKEN = new Token("correct-token");
    private static final HttpSettings SETTINGS = new HttpSettings(0, 2, 64, 2048, "");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static ActorSystem system;

    private final FakeNode node = new FakeNode();
    private HttpInterface server;

    @BeforeAll
    static void startSystem() {
        system = ActorSystem.create(
                "http-test",
                ConfigFactory.parseString("akka.loglevel = warning").withFallback(ConfigFactory.load()));
    }

    @AfterAll
    static void stopSystem() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(240, TimeUnit.SECONDS);
    }

    @AfterEach
    void stopServer() throws Exception {
        if (server != null) {
            server.stop().toCompletableFuture().get(240, TimeUnit.SECONDS);
        }
    }

    private static final class FakeNode implements NodeApi {
        private final List<String> calls = new ArrayList<>();
        private final SnapshotMerge merge = new SnapshotMerge(new SnapshotRules(1000, 3000, 10_000, 5, 10));

        private ClusterSnapshot next(final long seq) {
            merge.heard(Views.member(1, seq, 100 * seq), seq * 1000);
            return merge.merge(Views.cluster(), seq * 1000);
        }

        @Override
        public ClusterSnapshot snapshot() {
            return next(1);
        }

        @Override
        public Health health() {
            return new Health(true, false, 1, 3, 2, List.of("member 3 is down"));
        }

        @Override
        public List<Sample> counters() {
            return List.of(
                    new Sample("net.udp.delivered", "datagrams", Sample.Kind.COUNTER, "packets", Map.of("cpu", "0"), 7),
                    new Sample("net.udp.delivered", "datagrams", Sample.Kind.COUNTER, "packets", Map.of("cpu", "1"), 8),
                    new Sample("lwkt.cpu.busy", "time", Sample.Kind.COUNTER, "seconds", Map.of("class", "a\"b"), 0.5));
        }

        @Override
        public CompletionStage<Outcome> drain(final int member) {
            calls.add("drain " + member);
            return CompletableFuture.completedFuture(
                    new Outcome(member == 2, member == 2 ? "draining" : "no member " + member));
        }

        @Override
        public CompletionStage<Outcome> kill(final int member) {
            calls.add("kill " + member);
            return CompletableFuture.completedFuture(new Outcome(true, "killed"));
        }

        @Override
        public CompletionStage<Outcome> rebalance() {
            calls.add("rebalance");
            return CompletableFuture.completedFuture(new Outcome(true, "rebalancing"));
        }

        @Override
        public CompletionStage<DevicesView> devices() {
            return CompletableFuture.completedFuture(new DevicesView(
                    3, List.of(new DevicesView.Device(0, "tun0", 9, "10.77.77.0/24", 1500, 1, 2, 3, 4, 5, 6))));
        }

        @Override
        public Optional<CaptureView> capture(final CaptureRequest request) {
            calls.add("capture " + request.device());
            return request.device().equals("full") ? Optional.empty() : Optional.of(new CaptureView(3, 7, 0, 0));
        }

        @Override
        public Optional<byte[]> captured(final long id) {
            return id == 7 ? Optional.of(new byte[] {1, 2, 3}) : Optional.empty();
        }

        @Override
        public CompletionStage<Optional<CaptureView>> endCapture(final long id) {
            calls.add("end " + id);
            return CompletableFuture.completedFuture(
                    id == 7 ? Optional.of(new CaptureView(3, 7, 11, 2)) : Optional.empty());
        }

        @Override
        public CompletionStage<FoundView> find(final FindQuery query) {
            calls.add("find " + query.limit() + " " + query.words());
            return CompletableFuture.completedFuture(
                    new FoundView(9, 1, List.of(3), List.of(Views.connection(0, query.limit()))));
        }

        @Override
        public CompletionStage<ConnectionsView> connections(final ConnectionsQuery query) {
            calls.add("connections " + query.proto() + " " + query.states().size() + " " + query.limit());
            return CompletableFuture.completedFuture(new ConnectionsView(
                    3,
                    1,
                    List.of(new ConnectionView(
                            "tcp",
                            0,
                            "10.77.77.1:80",
                            "10.77.77.2:4000",
                            "ESTABLISHED",
                            0,
                            5,
                            4_380,
                            10_000,
                            200,
                            0.5,
                            0))));
        }

        @Override
        public CompletionStage<RoutesView> routes() {
            return CompletableFuture.completedFuture(new RoutesView(
                    1,
                    List.of(new RoutesView.CpuRoutes(0, List.of(new RoutesView.Route("10.77.77.0/24", 7, 0, 1_500))))));
        }

        @Override
        public CompletionStage<ThreadsView> threads() {
            return CompletableFuture.completedFuture(new ThreadsView(
                    1,
                    List.of(new ThreadsView.CpuThreads(
                            0,
                            List.of(new ThreadState(
                                    4,
                                    "udp_thread",
                                    3,
                                    12,
                                    ThreadClass.UDP,
                                    ThreadState.Status.BLOCKED,
                                    Set.of(TdFlag.BLOCKED),
                                    "sbwait",
                                    0,
                                    0,
                                    5,
                                    6))))));
        }

        @Override
        public CompletionStage<Outcome> trace(final TraceRequest request) {
            calls.add("trace " + request.events());
            return CompletableFuture.completedFuture(new Outcome(true, "recording"));
        }

        @Override
        public CompletionStage<TraceView> endTrace() {
            calls.add("end trace");
            return CompletableFuture.completedFuture(new TraceView(1, "clock", 5, List.of()));
        }

        @Override
        public void load(final LoadView view) {
            calls.add("load " + view.sent());
        }

        @Override
        public void replay(final ReplayView view) {
            calls.add("replay " + view.file());
        }

        @Override
        public void event(final String kind, final String text) {
            calls.add(kind + " " + text);
        }
    }

    private void start(final Optional<String> secret) throws Exception {
        server = HttpInterface.start(system, SETTINGS, new HttpInterface.Access("127.0.0.1", 0, TOKEN, secret), node)
                .toCompletableFuture()
                .get(240, TimeUnit.SECONDS);
    }

    private HttpResponse<String> send(
            final String method, final String path, final String body, final String... headers)
            throws IOException, InterruptedException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path))
                .timeout(Duration.ofMinutes(2))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(final String path, final String... headers)
            throws IOException, InterruptedException {
        return send("GET", path, "", headers);
    }

    private HttpResponse<String> post(final String path, final String body, final String... headers)
            throws IOException, InterruptedException {
        return send("POST", path, body, headers);
    }

    private String base() {
        return "http://127.0.0.1:" + server.address().getPort();
    }

    /** Header lines as they are, for names that the HTTP client refuses to set. */
    private String raw(final String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
            socket.setSoTimeout(10_000);
            final OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private static final String[] BEARER = {"Authorization", "Bearer correct-token"};

    @Nested
    class OnLoopback {
        @Test
        void shouldServeSnapshotWithSecurityHeaders() throws Exception {
            start(Optional.empty());
            final HttpResponse<String> response = get("/api/v1/snapshot");
            assertThat(response.statusCode()).isEqualTo(200);
            final ClusterSnapshot picture =
                    Json.read(response.body().getBytes(StandardCharsets.UTF_8), ClusterSnapshot.class);
            assertThat(picture.schema()).isEqualTo("odonata.snapshot/1");
            assertThat(picture.buckets().owner()).hasSize(256);
            assertThat(response.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(csp ->
                            assertThat(csp).contains("default-src 'none'").doesNotContain("unsafe"));
            assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }

        @ParameterizedTest
        @ValueSource(strings = {"members", "cpus", "buckets", "events", "counters"})
        void shouldServeEachPart(final String part) throws Exception {
            start(Optional.empty());
            assertThat(get("/api/v1/" + part).statusCode()).isEqualTo(200);
        }

        @Test
        void shouldShowTheConnections() throws Exception {
            start(Optional.empty());
            final HttpResponse<String> response = get("/api/v1/connections");
            assertThat(Json.read(response.body().getBytes(StandardCharsets.UTF_8), ConnectionsView.class))
                    .isEqualTo(node.connections(new ConnectionsQuery("", Set.of(), 1))
                            .toCompletableFuture()
                            .join());
        }

        @Test
        void shouldFindConnectionsOfTheCluster() throws Exception {
            start(Optional.empty());
            final HttpResponse<String> response = get("/api/v1/connections/find?q=m2%20:80&limit=7");
            assertThat(node.calls).containsExactly("find 7 m2 :80");
            assertThat(Json.read(response.body().getBytes(StandardCharsets.UTF_8), FoundView.class))
                    .isEqualTo(node.find(new FindQuery("", 7))
                            .toCompletableFuture()
                            .join());
            final HttpResponse<String> wrong = get("/api/v1/connections/find?q=nobody");
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("“nobody” is no address, port, state or owner");
            assertThat(get("/api/v1/connections/find?limit=501").statusCode()).isEqualTo(400);
            assertThat(post("/api/v1/connections/find", "", BEARER).statusCode())
                    .isEqualTo(405);
        }

        @Test
        void shouldShowTheRoutes() throws Exception {
            start(Optional.empty());
            final HttpResponse<String> response = get("/api/v1/routes");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Json.read(response.body().getBytes(StandardCharsets.UTF_8), RoutesView.class))
                    .isEqualTo(node.routes().toCompletableFuture().join());
            assertThat(post("/api/v1/routes", "", BEARER).statusCode()).isEqualTo(405);
        }

        @Test
        void shouldTellWhatTheThreadsDo() throws Exception {
            start(Optional.empty());
            final HttpResponse<String> response = get("/api/v1/threads");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Json.read(response.body().getBytes(StandardCharsets.UTF_8), ThreadsView.class))
                    .isEqualTo(node.threads().toCompletableFuture().join());
            assertThat(post("/api/v1/threads", "", BEARER).statusCode()).isEqualTo(405);
        }

        @Test
        void shouldAnswer503WhenUnhealthy() throws Exception {
            start(Optional.empty());
            final HttpResponse<String> response = get("/api/v1/health");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("member 3 is down");
        }

        @Test
        void shouldWriteMetricsForPrometheus() throws Exception {
            start(Optional.empty());
            final HttpResponse<String> response = get("/metrics");
            assertThat(response.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/plain")
                    .contains("0.0.4");
            assertThat(response.body()).isEqualTo("""
                            # HELP odonata_net_udp_delivered_total datagrams
                            # TYPE odonata_net_udp_delivered_total counter
                            odonata_net_udp_delivered_total{cpu="0"} 7
                            odonata_net_udp_delivered_total{cpu="1"} 8
                            # HELP odonata_lwkt_cpu_busy_seconds_total time
                            # TYPE odonata_lwkt_cpu_busy_seconds_total counter
                            odonata_lwkt_cpu_busy_seconds_total{class="a\\"b"} 0.5
                            """);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/nothing",
                    "/api/v1/nothing",
                    "/../HttpInterface.class",
                    "/%2e%2e/http/HttpInterface.class",
                    "/.//x.js"
                })
        void shouldAnswer404(final String path) throws Exception {
            start(Optional.empty());
            assertThat(get(path).statusCode()).isEqualTo(404);
        }

        @Test
        void shouldRefuseOtherMethods() throws Exception {
            start(Optional.empty());
            assertThat(send("DELETE", "/api/v1/snapshot", "", BEARER).statusCode())
                    .isEqualTo(405);
            assertThat(post("/api/v1/snapshot", "", BEARER).statusCode()).isEqualTo(405);
        }

        @Test
        void shouldRefuseForeignHostName() throws Exception {
            start(Optional.empty());
            assertThat(raw("GET /api/v1/snapshot HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 421");
            assertThat(raw("GET /api/v1/members HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
        }

        @Test
        void shouldRefuseForeignOrigin() throws Exception {
            start(Optional.empty());
            assertThat(get("/api/v1/snapshot", "Origin", "http://evil.example").statusCode())
                    .isEqualTo(403);
            assertThat(post("/api/v1/rebalance", "", "Origin", "http://evil.example", BEARER[0], BEARER[1])
                            .statusCode())
                    .isEqualTo(403);
            assertThat(node.calls).isEmpty();
            assertThat(get("/api/v1/members", "Origin", base()).statusCode()).isEqualTo(200);
        }
    }

    @Nested
    class Administration {
        @Test
        void shouldRefuseWithoutToken() throws Exception {
            start(Optional.empty());
            assertThat(post("/api/v1/members/2/drain", "").statusCode()).isEqualTo(401);
            assertThat(post("/api/v1/members/2/kill", "", "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(post("/api/v1/load", "{}", "Authorization", "Basic correct-token")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(node.calls).isEmpty();
        }

        @Test
        void shouldDrainKillAndRebalanceWithToken() throws Exception {
            start(Optional.empty());
            assertThat(post("/api/v1/members/2/drain", "", BEARER).statusCode()).isEqualTo(202);
            assertThat(post("/api/v1/members/9/drain", "", BEARER).statusCode()).isEqualTo(409);
            assertThat(post("/api/v1/members/3/kill", "", BEARER).statusCode()).isEqualTo(202);
            assertThat(post("/api/v1/rebalance", "", BEARER).statusCode()).isEqualTo(202);
            assertThat(node.calls).containsExactly("drain 2", "drain 9", "kill 3", "rebalance");
        }

        @Test
        void shouldTakeWhatTheLoadGeneratorPosts() throws Exception {
            start(Optional.empty());
            assertThat(post("/api/v1/load", "{\"running\":true,\"sent\":12,\"later\":1}", BEARER)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(post("/api/v1/replay", "{\"file\":\"a.pcap\"}", BEARER).statusCode())
                    .isEqualTo(200);
            assertThat(post("/api/v1/events", "{\"kind\":\"load\",\"text\":\"begins\"}", BEARER)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(node.calls).containsExactly("load 12", "replay a.pcap", "load begins");
        }

        @Test
        void shouldRecordAndGiveWhatWasRecorded() throws Exception {
            start(Optional.empty());
            assertThat(post("/api/v1/trace", "{\"events\":1024,\"seconds\":5}").statusCode())
                    .isEqualTo(401);
            assertThat(post("/api/v1/trace", "{\"events\":1024,\"seconds\":5}", BEARER)
                            .statusCode())
                    .isEqualTo(202);
            final HttpResponse<String> end = post("/api/v1/trace/stop", "", BEARER);
            assertThat(end.statusCode()).isEqualTo(200);
            assertThat(end.body()).contains("\"clock\":\"clock\"");
            assertThat(node.calls).containsExactly("trace 1024", "end trace");
        }

        @Test
        void shouldCaptureAndGiveWhatWasCaptured() throws Exception {
            start(Optional.empty());
            assertThat(post("/api/v1/capture", "{}").statusCode()).isEqualTo(401);
            final HttpResponse<String> begun = post("/api/v1/capture", "{\"device\":\"tun0\",\"port\":80}", BEARER);
            assertThat(begun.statusCode()).isEqualTo(200);
            assertThat(begun.body()).contains("\"id\":7");
            assertThat(post("/api/v1/capture/7/read", "").statusCode()).isEqualTo(401);
            final HttpResponse<String> read = post("/api/v1/capture/7/read", "", BEARER);
            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(read.headers().firstValue("content-type")).contains("application/vnd.tcpdump.pcap");
            assertThat(read.body()).isEqualTo("\1\2\3");
            assertThat(post("/api/v1/capture/7/stop", "", BEARER).body()).contains("\"captured\":11", "\"dropped\":2");
            assertThat(post("/api/v1/capture/8/read", "", BEARER).statusCode()).isEqualTo(404);
            assertThat(post("/api/v1/capture/8/stop", "", BEARER).statusCode()).isEqualTo(404);
            assertThat(post("/api/v1/capture", "{\"device\":\"full\"}", BEARER).statusCode())
                    .isEqualTo(409);
            assertThat(node.calls).containsExactly("capture tun0", "end 7", "end 8", "capture full");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"host\":\"here\"}",
                    "{\"port\":0}",
                    "{\"port\":65536}",
                    "{\"proto\":\"tcpp\"}",
                    "{\"proto\":\"256\"}",
                    "{\"snaplen\":0}",
                    "{\"snaplen\":65536}"
                })
        void shouldRefuseACaptureOfWhatCannotBe(final String body) throws Exception {
            start(Optional.empty());
            assertThat(post("/api/v1/capture", body, BEARER).statusCode()).isEqualTo(400);
            assertThat(node.calls).isEmpty();
        }

        @Test
        void shouldShowTheConnectionsThatAreAskedFor() throws Exception {
            start(Optional.empty());
            assertThat(get("/api/v1/connections").statusCode()).isEqualTo(200);
            assertThat(get("/api/v1/connections?proto=tcp&state=TIME_WAIT,listen&limit=7")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(node.calls).containsExactly("connections  11 10000", "connections tcp 2 7");
        }

        @ParameterizedTest
        @ValueSource(strings = {"state=OPEN", "limit=0", "limit=x", "limit=100001", "proto=icmp"})
        void shouldRefuseAQueryOfWhatCannotBe(final String query) throws Exception {
            start(Optional.empty());
            assertThat(get("/api/v1/connections?" + query).statusCode()).isEqualTo(400);
            assertThat(node.calls).isEmpty();
        }

        @Test
        void shouldShowDevices() throws Exception {
            start(Optional.empty());
            assertThat(get("/api/v1/devices").body()).contains("\"name\":\"tun0\"", "\"odrops\":6");
            assertThat(post("/api/v1/devices", "", BEARER).statusCode()).isEqualTo(405);
        }

        @Test
        void shouldRefuseBadBodies() throws Exception {
            start(Optional.empty());
            assertThat(post("/api/v1/trace", "{\"events\":1000,\"seconds\":5}", BEARER)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(post("/api/v1/load", "[1", BEARER).statusCode()).isEqualTo(400);
            assertThat(post("/api/v1/load", "null", BEARER).statusCode()).isEqualTo(400);
            assertThat(post("/api/v1/events", "{\"kind\":\"crash\",\"text\":\"x\"}", BEARER)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(post("/api/v1/load", " ".repeat(3000), BEARER).statusCode())
                    .isEqualTo(413);
            assertThat(node.calls).isEmpty();
        }
    }

    @Nested
    class WithSecret {
        private static final String SECRET = "a-cluster-secret-of-32-characters";

        @Test
        void shouldGiveNothingWithoutIt() throws Exception {
            start(Optional.of(SECRET));
            for (final String path : List.of("/", "/metrics", "/api/v1/snapshot", "/api/v1/stream", "/?token=wrong")) {
                assertThat(get(path).statusCode()).as(path).isEqualTo(401);
            }
            assertThat(get("/api/v1/snapshot", "Authorization", "Bearer ").statusCode())
                    .isEqualTo(401);
            assertThat(get("/api/v1/snapshot", "Cookie", "odonata-read=").statusCode())
                    .isEqualTo(401);
        }

        @Test
        void shouldServeWithSecretOrToken() throws Exception {
            start(Optional.of(SECRET));
            assertThat(get("/api/v1/snapshot", "Authorization", "Bearer " + SECRET)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get("/api/v1/snapshot", BEARER).statusCode()).isEqualTo(200);
        }

        @Test
        void shouldTurnTokenIntoCookieThatReadsButDoesNotChange() throws Exception {
            start(Optional.of(SECRET));
            final HttpResponse<String> login = get("/?token=correct-token");
            assertThat(login.statusCode()).isEqualTo(303);
            final String set = login.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(set).contains("HttpOnly").contains("SameSite=Strict").doesNotContain("correct-token");
            final String cookie = set.substring(0, set.indexOf(';'));
            assertThat(get("/api/v1/snapshot", "Cookie", cookie).statusCode()).isEqualTo(200);
            assertThat(post("/api/v1/rebalance", "", "Cookie", cookie).statusCode())
                    .isEqualTo(401);
            assertThat(node.calls).isEmpty();
        }
    }

    @Nested
    class Streams {
        @Test
        void shouldSendEachPictureToEachClient() throws Exception {
            start(Optional.empty());
            final List<BufferedReader> readers = List.of(open(200), open(200));
            for (final BufferedReader reader : readers) {
                assertThat(untilData(reader)).contains("\"seq\":1,");
            }
            server.publish(node.next(7));
            for (final BufferedReader reader : readers) {
                assertThat(untilData(reader)).contains("\"atMs\":7000");
            }
            assertThat(get("/api/v1/stream").statusCode()).as("a third of two").isEqualTo(503);
        }

        private BufferedReader open(final int status) throws Exception {
            final HttpResponse<java.io.InputStream> response = CLIENT.send(
                    HttpRequest.newBuilder(URI.create(base() + "/api/v1/stream"))
                            .build(),
                    BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
            return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        private static String untilData(final BufferedReader reader) throws IOException {
            String line = reader.readLine();
            while (line != null && !line.startsWith("data: ")) {
                line = reader.readLine();
            }
            return String.valueOf(line);
        }
    }

    @Nested
    class WhenStarting {
        @Test
        void shouldFailWhenPortIsTaken() throws Exception {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                final CompletionStage<HttpInterface> started = HttpInterface.start(
                        system,
                        SETTINGS,
                        new HttpInterface.Access("127.0.0.1", taken.getLocalPort(), TOKEN, Optional.empty()),
                        node);
                assertThatThrownBy(() -> started.toCompletableFuture().get(240, TimeUnit.SECONDS))
                        .hasRootCauseInstanceOf(java.net.BindException.class);
            }
        }

        @Test
        void shouldRefuseToBeReachedFromOutsideWithoutSecret() {
            final CompletionStage<HttpInterface> started = HttpInterface.start(
                    system, SETTINGS, new HttpInterface.Access("0.0.0.0", 0, TOKEN, Optional.empty()), node);
            assertThatThrownBy(() -> started.toCompletableFuture().get(240, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ConfigException.class)
                    .hasMessageContaining("--secret-file");
        }
    }
}
