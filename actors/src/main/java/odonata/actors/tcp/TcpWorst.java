package odonata.actors.tcp;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import odonata.protocol.tcp.machine.TcpState;

/** Of the connections that it is shown those in most trouble, or with most in their queues. Owner: the tcp_thread. */
final class TcpWorst {
    private static final int TROUBLE = 40;

    private final int most;
    private final PriorityQueue<Ranked> best = new PriorityQueue<>(Comparator.comparingLong(Ranked::rank));

    private record Ranked(TcpSocket so, long rank) {}

    TcpWorst(final int most) {
        this.most = most;
    }

    void add(final TcpSocket so) {
        final long rank = rank(so);
        if (best.size() < most) {
            best.add(new Ranked(so, rank));
        } else if (most > 0 && rank > best.element().rank()) {
            best.remove();
            best.add(new Ranked(so, rank));
        }
    }

    /** At most as many as were asked for, the worst first. */
    List<TcpSocket> sockets() {
        return best.stream()
                .sorted(Comparator.comparingLong(Ranked::rank).reversed())
                .map(Ranked::so)
                .toList();
    }

    /** Retransmissions of the oldest segment, then bytes in the queues, then those that carry data before those that end. */
    private static long rank(final TcpSocket so) {
        final long queued =
                (long) so.tcb.receiveBuffer().available() + so.tcb.sendBuffer().length();
        return ((long) so.tcb.rexmtShift() << TROUBLE) + 2 * queued + (so.tcb.state() == TcpState.ESTABLISHED ? 1 : 0);
    }
}
