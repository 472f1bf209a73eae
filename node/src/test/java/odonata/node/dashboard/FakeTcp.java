package odonata.node.dashboard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import odonata.node.snapshot.ConnectionView;
import odonata.node.snapshot.ListenerView;
import odonata.node.snapshot.TcpCpuView;
import odonata.node.snapshot.TcpView;

/** TCP of a cluster that does not exist, in the server's own records. Same seed, same figures. */
final class FakeTcp {
    private static final int SYNCACHE = 15_360;
    private static final int LINES_PER_CPU = 12;
    private static final String[] STATES = {
        "ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_2", "TIME_WAIT", "TIME_WAIT"
    };

    private final Random random;
    private double storm;

    FakeTcp(final long seed) {
        random = new Random(seed);
    }

    /** One second of CPUs that serve so many packets a second. */
    TcpView next(final Map<Integer, Double> rates, final IntUnaryOperator memberOf, final String more) {
        storm = Math.max(0, storm * 0.8 + (random.nextInt(15) == 0 ? 40 : 0));
        final List<TcpCpuView> cpus = new ArrayList<>();
        final List<ConnectionView> connections = new ArrayList<>();
        rates.forEach((cpu, rate) -> {
            cpus.add(cpu(cpu, memberOf.applyAsInt(cpu), rate * (0.95 + random.nextDouble() / 10)));
            for (int i = 0; i < (rate > 0 ? LINES_PER_CPU : 0); i++) {
                connections.add(connection(cpu, i, more));
            }
        });
        final int n = rates.size();
        return TcpView.of(
                cpus,
                List.of(
                        new ListenerView("0.0.0.0:80" + more, n, (int) storm, (int) storm / 2, n * 192),
                        new ListenerView("0.0.0.0:6379", n, 0, 0, n * 192),
                        new ListenerView("0.0.0.0:7", n, 1, 1, n * 192),
                        new ListenerView("10.77.77.1:19", 1, 190, 190, 192)),
                connections);
    }

    private TcpCpuView cpu(final int cpu, final int member, final double rate) {
        final int open = (int) (rate / 20);
        final Map<String, Integer> states = new LinkedHashMap<>();
        put(states, "ESTABLISHED", open);
        put(states, "SYN_RECEIVED", open / 40);
        put(states, "CLOSE_WAIT", open / 60);
        put(states, "FIN_WAIT_1", open / 90);
        put(states, "FIN_WAIT_2", open / 30);
        put(states, "LAST_ACK", open / 120);
        put(states, "TIME_WAIT", open / 3);
        return new TcpCpuView(
                cpu,
                member,
                states.values().stream().mapToInt(Integer::intValue).sum(),
                states,
                open / 50 + (int) storm,
                SYNCACHE,
                round(rate * 0.9),
                round(rate * 0.8),
                round(rate * 110),
                round(rate * 840),
                round(rate * (0.0015 + storm / 20_000)),
                round(rate * (0.0011 + storm / 30_000)),
                round(rate * (0.002 + storm / 20_000)),
                round(rate / 60),
                round(rate / 58),
                round(storm / 30),
                round(storm / 12),
                round(storm / 25),
                round(rate / 3_000),
                round(rate / 4_000 + storm / 50),
                round(rate / 6_000),
                0,
                open);
    }

    private static void put(final Map<String, Integer> states, final String name, final int count) {
        if (count > 0) {
            states.put(name, count);
        }
    }

    private ConnectionView connection(final int cpu, final int i, final String more) {
        final String state = STATES[random.nextInt(STATES.length)];
        final boolean open = state.equals("ESTABLISHED");
        final boolean lost = open && random.nextInt(9) == 0;
        return new ConnectionView(
                "tcp",
                cpu,
                "10.77.77.1:" + (i % 4 == 0 ? 6379 : 80),
                "10.42." + cpu + "." + (10 + i) + ":" + (20_000 + random.nextInt(40_000)) + more,
                state,
                open ? random.nextInt(3) * 1_448 : 0,
                open ? random.nextInt(40) * 1_448 : 0,
                14_480 + random.nextInt(30) * 1_448,
                lost ? 28_960 : 1 << 30,
                200 << (lost ? 2 : 0),
                0.2 + random.nextInt(400) / 10.0,
                lost ? 2 : 0);
    }

    private static double round(final double v) {
        return Math.rint(v * 100) / 100;
    }
}
