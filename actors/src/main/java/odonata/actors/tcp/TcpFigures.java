package odonata.actors.tcp;

import java.util.List;
import java.util.Map;
import odonata.protocol.tcp.machine.TcpState;

/**
 * TCP of one CPU in short: what can be had of any number of connections without stopping the CPU for long.
 *
 * @param connections in the table, TIME-WAIT included
 * @param states how many are in each state
 * @param halfOpen handshakes in the syncache
 * @param syncacheLimit handshakes that it has room for
 * @param listeners of this CPU
 * @param lines of those connections that are in most trouble or have most in their queues, TIME-WAIT excluded
 */
public record TcpFigures(
        int connections,
        Map<TcpState, Integer> states,
        int halfOpen,
        int syncacheLimit,
        List<TcpLine> listeners,
        List<TcpLine> lines) {

    static final TcpFigures NONE = new TcpFigures(0, Map.of(), 0, 0, List.of(), List.of());

    static TcpFigures of(final TcpCpu tcp, final int syncacheLimit, final List<TcpLine> listeners, final int most) {
        return new TcpFigures(
                tcp.conns.size(),
                tcp.conns.states(),
                tcp.syns.size(),
                syncacheLimit,
                listeners,
                tcp.trouble.worst(most).stream().map(TcpLine::of).toList());
    }
}
