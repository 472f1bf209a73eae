package odonata.actors.tcp;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import odonata.protocol.tcp.machine.TcpState;

/**
 * Those connections of one CPU that are in most trouble or have most in their queues. Each call looks at a part of the table and at those that were
 * found before, so what it costs does not grow with the table, and the worst is found when all parts have had their turn. Owner: the tcp_thread.
 */
final class TcpTrouble {
    /** Slots of the table that one call looks at. */
    static final int SCANNED = 4_096;

    private final ConnTable conns;
    private final int cpu;
    private List<TcpSocket> known = List.of();

    /** Of {@code cpu}, which has these. */
    TcpTrouble(final ConnTable conns, final int cpu) {
        this.conns = conns;
        this.cpu = cpu;
    }

    /** At most {@code most}, the worst first. */
    List<TcpSocket> worst(final int most) {
        final TcpWorst worst = new TcpWorst(most);
        final Set<TcpSocket> before = new HashSet<>(known);
        for (final TcpSocket so : before) {
            if (so.soPort().cpu() == cpu) {
                offer(worst, so);
            }
        }
        conns.scan(SCANNED, so -> {
            if (!before.contains(so)) {
                offer(worst, so);
            }
        });
        known = worst.sockets();
        return known;
    }

    private static void offer(final TcpWorst worst, final TcpSocket so) {
        if (so.counted != null && so.counted != TcpState.TIME_WAIT) {
            worst.add(so);
        }
    }
}
