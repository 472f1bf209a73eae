package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.NetMsg.Give;
import odonata.actors.port.Msg;
import odonata.actors.tcp.TcpMsg.Adopt;
import odonata.protocol.errno.NetError;

/**
 * Buckets move, and their connections with them: to another CPU of the machine. The message {@link Adopt} carries them, and is replied
 * before the bucket is served there, so that no packet finds its connection missing. What waits at a socket is forwarded, and what is sent to the
 * old owner chases it. A connection whose bucket leaves the machine is reset.
 */
final class TcpMoves {
    private final TcpCpu tcp;
    private final TcpListens listens;

    TcpMoves(final TcpCpu tcp, final TcpListens listens) {
        this.tcp = tcp;
        this.listens = listens;
    }

    /** True when there are connections in one of the buckets. */
    boolean hasCargo(final BitSet buckets) {
        for (final TcpSocket so : tcp.conns.all()) {
            if (buckets.get(tcp.bucketOf(so.flow()))) {
                return true;
            }
        }
        return false;
    }

    void give(final Msg<Give> msg) {
        final Map<Integer, Integer> owners = msg.command().owners();
        final Map<Integer, List<TcpSocket>> byCpu = new TreeMap<>();
        for (final TcpSocket so : tcp.conns.select(so -> owners.containsKey(tcp.bucketOf(so.flow())))) {
            final int owner = owners.get(tcp.bucketOf(so.flow()));
            if (tcp.cpus().contains(owner)) {
                byCpu.computeIfAbsent(owner, cpu -> new ArrayList<>()).add(so);
            } else {
                lose(so);
            }
        }
        final int[] missing = {1 + byCpu.size()};
        final Runnable one = () -> {
            if (--missing[0] == 0) {
                msg.reply(NetError.OK);
            }
        };
        byCpu.forEach((cpu, sockets) -> send(cpu, sockets, one));
        one.run();
    }

    private void send(final int cpu, final List<TcpSocket> sockets, final Runnable then) {
        sockets.forEach(tcp.conns::remove);
        tcp.td.sendMsg(tcp.on(cpu), tcp.td.initMsg((NetMsg) new Adopt(List.copyOf(sockets))), reply -> then.run());
        sockets.forEach(so -> tcp.give(so, tcp.on(cpu)));
    }

    private void lose(final TcpSocket so) {
        tcp.net.counters().count(NetCounter.TCP_LOST);
        so.parent = null;
        tcp.with(so).abort(so.tcb, tcp.nowUs());
        so.error(NetError.ECONNABORTED);
        tcp.settle(so);
    }

    /** An operation may have come before, and may have ended the connection. */
    void adopt(final Msg<Adopt> msg) {
        for (final TcpSocket so : msg.command().sockets()) {
            if (!so.gone) {
                tcp.net.counters().count(NetCounter.TCP_ADOPTED);
                tcp.conns.add(so);
                tcp.expire(so);
            }
            if (so.parent != null && so.parent.closed) {
                listens.orphaned(so);
            }
        }
        msg.reply(NetError.OK);
    }
}
