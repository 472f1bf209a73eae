package odonata.node.testport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import odonata.testkit.TestPortClient;

/** A test port in a folder of its own, served by a thread of its own, and its clients. */
final class ServedPort implements AutoCloseable {
    private final Path folder;
    private final TestPort port;
    private final CompletableFuture<Void> served = new CompletableFuture<>();
    private final List<TestPortClient> clients = new ArrayList<>();

    ServedPort(final int cpus) throws IOException {
        folder = Files.createTempDirectory("tp");
        port = TestPort.open(folder.resolve("s"), cpus, (timeNs, mbuf) -> {});
        new Thread(this::serve, "serves").start();
    }

    private void serve() {
        try {
            port.serve();
            served.complete(null);
        } catch (final IOException | RuntimeException e) {
            served.completeExceptionally(e);
        }
    }

    TestPortClient client() {
        final TestPortClient made = TestPortClient.connectTo(folder.resolve("s"));
        clients.add(made);
        return made;
    }

    /** Fails when serving has. */
    @Override
    public void close() throws IOException {
        clients.forEach(TestPortClient::close);
        port.close();
        served.join();
        assertThat(folder).isEmptyDirectory();
        Files.delete(folder);
    }
}
