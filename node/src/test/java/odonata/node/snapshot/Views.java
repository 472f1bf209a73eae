package odonata.node.snapshot;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Made-up measurements for tests. */
public final class Views {
    private Views() {}

    /** A CPU that served {@code packets}. */
    public static CpuView cpu(final int cpu, final int member, final long packets) {
        return new CpuView(
                cpu,
                member,
                CpuState.UP,
                0.5,
                new ClassShares(0.1, 0.1, 0.1, 0.2, 0, 0),
                "udp_thread " + cpu,
                1,
                2,
                packets,
                packets / 10.0,
                100,
                0,
                50,
                75,
                10,
                5,
                7.5);
    }

    /** What a member with two CPUs sends; CPU numbers {@code 2*(member-1)} and the next. */
    public static MemberSnapshot member(final int member, final long seq, final long packets) {
        final int first = 2 * (member - 1);
        return new MemberSnapshot(
                member,
                seq,
                1000 * seq,
                1000,
                "http://127.0.0.1:" + (8080 + member),
                "127.0.0.1:" + (40000 + member),
                4000 + member,
                9,
                100,
                0.02,
                List.of(cpu(first, member, packets), cpu(first + 1, member, packets)),
                List.of(new MemberSnapshot.Row(
                        first, Map.of(first, 10.0, first + 1, 4.0), Map.of(first + 1, 2.0), Map.of())),
                List.of(new LinkView(member, member % 3 + 1, 5, 500, 2, 0, 1024, 0, 120)),
                Map.of(member, 3.0),
                List.of(new ThreadView("udp_thread " + first, first, member, "udp", 1, 4, 100, 2, 50)),
                List.of(),
                List.of(),
                null,
                null,
                0,
                TcpView.of(
                        List.of(tcp(first, member), tcp(first + 1, member)),
                        List.of(new ListenerView("0.0.0.0:80", 2, member, member, 192)),
                        List.of(connection(first, member))),
                Map.of(member, packets));
    }

    /** TCP of a CPU with as many established connections as its number plus one, and one in TIME-WAIT. */
    public static TcpCpuView tcp(final int cpu, final int member) {
        return tcp(cpu, member, 0);
    }

    /** The same, with so many that it has accepted since it began. */
    public static TcpCpuView tcp(final int cpu, final int member, final long accepted) {
        return new TcpCpuView(
                cpu,
                member,
                cpu + 2,
                Map.of("ESTABLISHED", cpu + 1, "TIME_WAIT", 1),
                3,
                15_360,
                100,
                90,
                1_000,
                2_000,
                1.5,
                2.5,
                3.5,
                4,
                5,
                0.5,
                0,
                0.25,
                6,
                7,
                8,
                9,
                accepted);
    }

    /** A connection with so many bytes in its send queue. */
    public static ConnectionView connection(final int cpu, final long sendQ) {
        return new ConnectionView(
                "tcp", cpu, "10.77.77.1:80", "10.77.77.2:4000", "ESTABLISHED", 0, sendQ, 14_480, 65_535, 200, 0.5, 0);
    }

    /** Three members of two CPUs each, all up, every bucket owned. */
    public static ClusterView cluster() {
        final int[] owner = IntStream.range(0, 256).map(b -> b % 6).toArray();
        final int[] from = new int[256];
        Arrays.fill(from, -1);
        return new ClusterView(
                "test", 1, List.of(row(1, true), row(2, false), row(3, false)), 1, owner, from, List.of(), List.of());
    }

    private static ClusterView.Row row(final int id, final boolean leader) {
        return new ClusterView.Row(id, MemberState.UP, "127.0.0.1:" + (25519 + id), leader, 0);
    }
}
