package odonata.node.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import odonata.node.http.Health;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.MemberRecord;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.MemberSnapshot;
import odonata.node.snapshot.SnapshotMerge;
import odonata.node.snapshot.SnapshotRules;
import odonata.node.snapshot.Views;

/** A running cluster of one member, of which there is nothing but its folder and an HTTP server with the answers of a test. */
final class FakeMember implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();

    FakeMember(final Path home) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/", exchange -> {
            final byte[] body = answers.getOrDefault(exchange.getRequestURI().getPath(), new byte[0]);
            exchange.sendResponseHeaders(body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        final String base = "http://127.0.0.1:" + server.getAddress().getPort();
        answer("health", new Health(true, true, 1, 1, 1, List.of()));
        answer("snapshot", picture(base));
        final ClusterFolder folder = ClusterFolder.of(home, "default");
        folder.create();
        final MemberRecord me = MemberRecord.starting(1, ProcessHandle.current());
        ClusterFolder.record(
                folder.member(1),
                new MemberRecord(1, me.pid(), me.startedMs(), 1, MemberRecord.Phase.READY, "127.0.0.1:1", base));
    }

    /** Of the three members that the picture knows one is heard. */
    private static String picture(final String base) {
        final MemberSnapshot heard = Views.member(1, 1, 100);
        final SnapshotMerge merge = new SnapshotMerge(new SnapshotRules(1000, 3000, 10_000, 5, 100));
        merge.heard(heard, 1000);
        return Json.pretty(merge.merge(Views.cluster(), 1000)).replace(heard.http(), base);
    }

    /** What it answers from now on at {@code /api/v1/what}. */
    void answer(final String what, final Object value) {
        answers.put(
                "/api/v1/" + what,
                value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : Json.bytes(value));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
