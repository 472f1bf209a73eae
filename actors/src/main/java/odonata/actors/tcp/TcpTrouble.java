package odonata.actors.tcp;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import odonata.protocol.tcp.machine.TcpState;

/**
 * Those connections of one CPU that are in most trouble or have most in their queues. Each call looks at a part of the table and at those that were
 * found before, so what it costs does not grow with the table, and the worst is found when all parts have had their turn. Owner: the tcp_thread.
 */
final class TcpTrouble {
    /** Slots of the table that one call looks at. */
    static final int SCANNED = 4_096;

    private static final int RETRANSMISSIONS = 40;

    private final ConnTable conns;
    private final int cpu;
    private List<TcpSocket> known = List.of();

    private record Ranked(TcpSocket so, long rank) {}

    /** Of {@code cpu}, which has these. */
    TcpTrouble(final ConnTable conns, final int cpu) {
        this.conns = conns;
        this.cpu = cpu;
    }

    /** At most {@code most}, the worst first. */
    List<TcpSocket> worst(final int most) {
        final PriorityQueue<Ranked> best = new PriorityQueue<>(Comparator.comparingLong(Ranked::rank));
        final Set<TcpSocket> before = new HashSet<>(known);
        for (final TcpSocket so : before) {
            if (so.soPort().cpu() == cpu) {
                offer(best, so, most);
            }
        }
        conns.scan(SCANNED, so -> {
            if (!before.contains(so)) {
                offer(best, so, most);
            }
        });
        known = best.stream()
                .sorted(Comparator.comparingLong(Ranked::rank).reversed())
                .map(Ranked::so)
                .toList();
        return known;
    }

    private static void offer(final PriorityQueue<Ranked> best, final TcpSocket so, final int most) {
        if (so.counted == null || so.counted == TcpState.TIME_WAIT) {
            return;
        }
        final long rank = rank(so);
        if (best.size() < most) {
            best.add(new Ranked(so, rank));
        } else if (most > 0 && rank > best.element().rank()) {
            best.remove();
            best.add(new Ranked(so, rank));
        }
    }

    /** Retransmissions of the oldest segment, then bytes in the queues, then those that carry data before those that end. */
    private static long rank(final TcpSocket so) {
        final long queued =
                (long) so.tcb.receiveBuffer().available() + so.tcb.sendBuffer().length();
        return ((long) so.tcb.rexmtShift() << RETRANSMISSIONS)
                + 2 * queued
                + (so.counted == TcpState.ESTABLISHED ? 1 : 0);
    }
}
