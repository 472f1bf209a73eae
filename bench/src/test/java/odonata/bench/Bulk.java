package odonata.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import odonata.actors.nic.Nic;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockFiles;
import odonata.actors.socket.SockOpt;
import odonata.protocol.tcp.machine.TcpSettings;

/**
 * One TCP connection that carries as much as it can, in writes of a megabyte. Ours: two members of one CPU each in this process, a cable in memory
 * between them that carries packets as large as the kernel's loopback device. Theirs: that device, by iperf3.
 */
final class Bulk {
    private static final int WRITE = 1 << 20;
    private static final int PORT = 5_001;
    private static final int BUFFER = 1 << 20;
    private static final int HEADERS = 40;
    private static final Pattern RECEIVED =
            Pattern.compile("\"sum_received\":\\s*\\{[^}]*\"bits_per_second\":\\s*([0-9.e+]+)");

    private final NetHost client;
    private final NetHost server;
    private final SockFiles clientFiles = new SockFiles();
    private final SockFiles serverFiles = new SockFiles();
    private final byte[] data = new byte[WRITE];
    private final AtomicLong received = new AtomicLong();
    private final CompletableFuture<Void> listening = new CompletableFuture<>();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();

    private Bulk(final NetHost client, final NetHost server) {
        this.client = client;
        this.server = server;
    }

    /** Bytes a second that arrive. */
    static double ours(final Effort effort) {
        final Nic[] cable = MemoryCable.pair();
        try (NetHost client =
                        NetHost.onWallClock(1, 1, NetHost.settings("10.0.1.1"), settings(cable[0]), List.of(cable[0]));
                NetHost server = NetHost.onWallClock(
                        2, 1, NetHost.settings("10.0.2.1"), settings(cable[1]), List.of(cable[1]))) {
            return new Bulk(client, server).measure(effort);
        }
    }

    private static TcpSettings settings(final Nic nic) {
        final TcpSettings settings = new TcpSettings();
        settings.mss = nic.mtu() - HEADERS;
        return settings;
    }

    private double measure(final Effort effort) {
        server.run(0, this::serve);
        Failures.await(listening);
        client.run(0, this::connect);
        Failures.await(connected);
        pause(effort.warmUpMs());
        final long fromNs = System.nanoTime();
        final long from = received.get();
        pause(effort.measureMs());
        return (received.get() - from) * 1e9 / (System.nanoTime() - fromNs);
    }

    private static void pause(final int ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void serve() {
        server.ok(
                0,
                serverFiles,
                SockCall.Socket.tcp(),
                fd -> server.ok(
                        0,
                        serverFiles,
                        new SockCall.Setsockopt(fd, SockOpt.SO_RCVBUF, BUFFER),
                        n -> server.ok(
                                0,
                                serverFiles,
                                new SockCall.Bind(fd, SockAddr.any(PORT)),
                                n2 -> server.ok(0, serverFiles, new SockCall.Listen(fd, 5), n3 -> {
                                    listening.complete(null);
                                    server.ok(0, serverFiles, new SockCall.Accept(fd), accepted -> read(accepted.fd()));
                                }))));
    }

    private void read(final int fd) {
        server.ok(0, serverFiles, SockCall.Recv.of(fd, WRITE), bytes -> {
            received.lazySet(received.get() + bytes.length);
            read(fd);
        });
    }

    private void connect() {
        client.ok(
                0,
                clientFiles,
                SockCall.Socket.tcp(),
                fd -> client.ok(
                        0,
                        clientFiles,
                        new SockCall.Setsockopt(fd, SockOpt.SO_SNDBUF, BUFFER),
                        n -> client.ok(0, clientFiles, new SockCall.Connect(fd, SockAddr.of("10.0.2.1", PORT)), n2 -> {
                            connected.complete(null);
                            write(fd);
                        })));
    }

    private void write(final int fd) {
        client.ok(0, clientFiles, new SockCall.Send(fd, data, 0, WRITE, Set.of()), taken -> write(fd));
    }

    /** True when the other side can be measured. */
    static boolean hasIperf3() {
        try {
            new ProcessBuilder("iperf3", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    /** Bytes a second of {@code iperf3} over the kernel's loopback device, in writes of the same size. */
    static double iperf3(final Effort effort) {
        try {
            final int port = freePort();
            final Process server = new ProcessBuilder("iperf3", "-s", "-1", "--forceflush", "-p", String.valueOf(port))
                    .redirectErrorStream(true)
                    .start();
            try {
                awaitListening(server);
                final int seconds = Math.max(1, effort.measureMs() / 1_000);
                final Process client = new ProcessBuilder(
                                "iperf3",
                                "-c",
                                "127.0.0.1",
                                "-p",
                                String.valueOf(port),
                                "-l",
                                "1M",
                                "-J",
                                "-O",
                                String.valueOf(effort.warmUpMs() / 1_000),
                                "-t",
                                String.valueOf(seconds))
                        .redirectErrorStream(true)
                        .start();
                final String out = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                final Matcher matcher = RECEIVED.matcher(out);
                if (!matcher.find()) {
                    throw new IllegalStateException("iperf3 said: " + out);
                }
                return Double.parseDouble(matcher.group(1)) / 8;
            } finally {
                server.destroy();
            }
        } catch (final IOException e) {
            throw new IllegalStateException("iperf3 is needed for the other side: apt-get install iperf3", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** It says so before it waits. */
    private static void awaitListening(final Process server) throws IOException {
        final StringBuilder said = new StringBuilder();
        while (said.indexOf("listening") < 0) {
            final int c = server.getInputStream().read();
            if (c < 0) {
                throw new IllegalStateException("iperf3 -s said: " + said);
            }
            said.append((char) c);
        }
    }
}
