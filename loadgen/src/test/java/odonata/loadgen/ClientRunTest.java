package odonata.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import odonata.loadgen.client.ClientSettings;
import odonata.loadgen.client.ClientSettings.Workload;
import odonata.loadgen.client.HostStation;
import odonata.loadgen.openloop.Arrivals;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A whole run with the sockets of the host, against a server of the Java library. */
class ClientRunTest {
    private static final long NAP_NS = 5_000_000;

    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/bytes/300", exchange -> answer(exchange, 300));
        server.createContext("/bytes/299", exchange -> answer(exchange, 298));
        server.setExecutor(pool);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        pool.shutdownNow();
    }

    private static void answer(final HttpExchange exchange, final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        try (exchange) {
            exchange.sendResponseHeaders(200, length);
            exchange.getResponseBody().write(bytes);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClientSettings settings(final String path, final long each, final OptionalDouble rate) {
        return new ClientSettings(
                Workload.HTTP,
                "localhost",
                5,
                1,
                each,
                rate,
                Arrivals.FIXED,
                0.2,
                1.5,
                5,
                1,
                1,
                new ClientSettings.Http(path, 200),
                new ClientSettings.KeyValue(1, 0, 1),
                1,
                false);
    }

    private LoadSummary run(
            final ClientSettings settings, final InetSocketAddress to, final List<LoadSummary> seconds) {
        try (HostStation station = new HostStation(to, 2, System::nanoTime)) {
            return new ClientRun(
                            settings,
                            station,
                            System::nanoTime,
                            System::currentTimeMillis,
                            () -> LockSupport.parkNanos(NAP_NS))
                    .run(() -> false, seconds::add);
        }
    }

    private LoadSummary run(final ClientSettings settings) {
        return run(settings, server.getAddress(), new ArrayList<>());
    }

    @Test
    void shouldCountWhatWasAnswered() {
        final List<LoadSummary> seconds = new ArrayList<>();
        final LoadSummary summary =
                run(settings("/bytes/300", 0, OptionalDouble.of(100)), server.getAddress(), seconds);
        assertThat(summary.clients().errors()).isEmpty();
        assertThat(summary.counts()).isEqualTo(new LoadSummary.Counts(150, 150, 150, 0, 0, 0));
        assertThat(summary.warmup().asked())
                .isEqualTo(18); // two lanes, each a request every 20 ms, the first due after 20 ms
        assertThat(summary.latencyUs().count()).isEqualTo(150);
        assertThat(summary.phase()).isEqualTo("done");
        assertThat(seconds).isNotEmpty().allMatch(second -> !second.phase().equals("done"));
    }

    @Test
    void shouldOpenAConnectionForEachRequest() {
        final LoadSummary summary = run(settings("/bytes/300", 1, OptionalDouble.of(100)));
        assertThat(summary.clients().errors()).isEmpty();
        assertThat(summary.counts().answered()).isEqualTo(150);
        assertThat(summary.clients().opened()).isBetween(135L, 165L); // some are opened before or after
    }

    @Test
    void shouldNameWhatIsWrongWithAnswers() {
        final LoadSummary summary = run(settings("/bytes/299", 0, OptionalDouble.empty()));
        assertThat(summary.clients().errors()).containsOnlyKeys("length");
        assertThat(summary.counts().answered()).isZero();
        assertThat(run(settings("/nothing", 0, OptionalDouble.empty()))
                        .clients()
                        .errors())
                .containsOnlyKeys("status-404");
    }

    @Test
    void shouldNameARefusal() throws IOException {
        final InetSocketAddress nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
        final LoadSummary summary = run(settings("/", 0, OptionalDouble.empty()), nobody, new ArrayList<>());
        assertThat(summary.clients().errors()).containsOnlyKeys("ECONNREFUSED");
    }

    @Test
    void shouldReportWhenItIsStopped() {
        try (HostStation station = new HostStation(server.getAddress(), 1, System::nanoTime)) {
            final List<LoadSummary> seconds = new ArrayList<>();
            final LoadSummary summary = new ClientRun(
                            settings("/bytes/300", 0, OptionalDouble.empty()),
                            station,
                            System::nanoTime,
                            System::currentTimeMillis,
                            () -> LockSupport.parkNanos(NAP_NS))
                    .run(() -> !seconds.isEmpty(), seconds::add);
            assertThat(summary.seconds()).isBetween(0.8, 1.5);
            assertThat(summary.counts().answered())
                    .isEqualTo(summary.counts().sent())
                    .isPositive();
        }
    }
}
