package odonata.actors.tcp;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

    static TcpFigures of(final TcpCpu tcp, final int syncacheLimit, final List<TcpLine> listeners, final int most) {
        final Map<TcpState, Integer> states = new EnumMap<>(TcpState.class);
        final TcpWorst worst = new TcpWorst(most);
        for (final TcpSocket so : (Iterable<TcpSocket>) tcp.conns.all().limit(SCANNED)::iterator) {
            states.merge(so.tcb.state(), 1, Integer::sum);
            worst.add(so);
        }
        return new TcpFigures(tcp.conns.size(), states, tcp.syns.size(), syncacheLimit, listeners, worst.lines());
    }
}
