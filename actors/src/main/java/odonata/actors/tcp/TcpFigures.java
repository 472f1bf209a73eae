package odonata.actors.tcp;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import odonata.protocol.tcp.machine.TcpState;

/**
 * TCP of one CPU in short: what can be had of any number of connections without stopping the CPU for long.
 *
 * @param connections in the table, TIME-WAIT included
 * @param states how many are in each state, of {@link #SCANNED} connections
 * @param halfOpen handshakes in the syncache
 * @param syncacheLimit handshakes that it has room for
 * @param listeners of this CPU
 * @param lines of those connections that are in most trouble or have most in their queues
 */
public record TcpFigures(
        int connections,
        Map<TcpState, Integer> states,
        int halfOpen,
        int syncacheLimit,
        List<TcpLine> listeners,
        List<TcpLine> lines) {
    /** Connections that are looked at. */
    public static final int SCANNED = 65_536;

    static final TcpFigures NONE = new TcpFigures(0, Map.of(), 0, 0, List.of(), List.of());

    private static final int TROUBLE = 40;

    private record Ranked(TcpSocket so, long rank) {}

    static TcpFigures of(final TcpCpu tcp, final int syncacheLimit, final List<TcpLine> listeners, final int most) {
        final Map<TcpState, Integer> states = new EnumMap<>(TcpState.class);
        final PriorityQueue<Ranked> best = new PriorityQueue<>(Comparator.comparingLong(Ranked::rank));
        for (final TcpSocket so : (Iterable<TcpSocket>) tcp.conns.all().limit(SCANNED)::iterator) {
            states.merge(so.tcb.state(), 1, Integer::sum);
            final long rank = rank(so);
            if (best.size() < most) {
                best.add(new Ranked(so, rank));
            } else if (most > 0 && rank > best.element().rank()) {
                best.remove();
                best.add(new Ranked(so, rank));
            }
        }
        return new TcpFigures(
                tcp.conns.size(),
                states,
                tcp.syns.size(),
                syncacheLimit,
                listeners,
                best.stream()
                        .sorted(Comparator.comparingLong(Ranked::rank).reversed())
                        .map(ranked -> TcpLine.of(ranked.so()))
                        .toList());
    }

    /** Retransmissions of the oldest segment, then bytes in the queues, then those that carry data before those that end. */
    private static long rank(final TcpSocket so) {
        final long queued =
                (long) so.tcb.receiveBuffer().available() + so.tcb.sendBuffer().length();
        return ((long) so.tcb.rexmtShift() << TROUBLE) + 2 * queued + (so.tcb.state() == TcpState.ESTABLISHED ? 1 : 0);
    }
}
