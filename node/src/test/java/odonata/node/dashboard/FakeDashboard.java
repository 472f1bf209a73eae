package odonata.node.dashboard;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The page with invented figures, for working on it by hand.
 *
 * <p>Arguments: port, members, CPUs per member, scene ({@code steady}, {@code kill}, {@code drain}, {@code stale}, {@code noload}),
 * seconds of history.
 */
final class FakeDashboard {
    private FakeDashboard() {}

    public static void main(final String[] args) throws IOException, InterruptedException {
        final int port = Integer.parseInt(args[0]);
        final String scene = args.length > 3 ? args[3] : "steady";
        final int history = args.length > 4 ? Integer.parseInt(args[4]) : 280;
        final FakeCluster cluster = new FakeCluster(
                Integer.parseInt(args[1]), Integer.parseInt(args[2]), 7, System.currentTimeMillis() - history * 1000L);
        if ("noload".equals(scene)) {
            cluster.noLoad();
        }
        try (FakeServer server = new FakeServer(port, Integer.parseInt(args[2]))) {
            for (int i = 0; i < history; i++) {
                act(cluster, scene, i, history);
                server.push(cluster.next());
            }
            System.out.println(server.url() + " " + scene);
            final CountDownLatch end = new CountDownLatch(1);
            while (!end.await(1, TimeUnit.SECONDS)) {
                server.push(cluster.next());
            }
        }
    }

    private static void act(final FakeCluster cluster, final String scene, final int second, final int history) {
        if ("kill".equals(scene) && second == history - 30) {
            cluster.kill(2);
        } else if ("drain".equals(scene) && second == history - 20) {
            cluster.drain(2);
        } else if ("stale".equals(scene) && second == history - 10) {
            cluster.stale(2, 7400);
        }
    }
}
