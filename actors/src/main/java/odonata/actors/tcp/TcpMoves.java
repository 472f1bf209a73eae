package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.NetMsg.Give;
import odonata.actors.port.Msg;
import odonata.actors.tcp.TcpMsg.Adopt;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.syn.SynEntry;

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
        return tcp.syns.contains(buckets::get);
    }

    void give(final Msg<Give> msg) {
        final Map<Integer, Integer> owners = msg.command().owners();
        final Set<Integer> cpus = new TreeSet<>(owners.values());
        final int[] missing = {1 + cpus.size()};
        final Runnable one = () -> {
            if (--missing[0] == 0) {
                msg.reply(NetError.OK);
            }
        };
        for (final int cpu : cpus) {
            give(cpu, bucket -> owners.getOrDefault(bucket, tcp.td.cpu()) == cpu, one);
        }
        one.run();
    }

    private void give(final int cpu, final IntPredicate buckets, final Runnable then) {
        final List<TcpSocket> sockets = tcp.conns.select(so -> buckets.test(tcp.bucketOf(so.flow())));
        final List<SynEntry<TcpListener>> halfOpen = tcp.syns.take(buckets);
        if (!tcp.cpus().contains(cpu)) {
            sockets.forEach(this::lose);
        } else if (!sockets.isEmpty() || !halfOpen.isEmpty()) {
            send(cpu, new Adopt(List.copyOf(sockets), halfOpen), then);
            return;
        }
        then.run();
    }

    /** What waited at the sockets follows them. */
    private void send(final int cpu, final Adopt adopt, final Runnable then) {
        final List<TcpSocket.Waiter> waiters = new ArrayList<>();
        for (final TcpSocket so : adopt.sockets()) {
            tcp.conns.remove(so);
            waiters.addAll(tcp.give(so, tcp.on(cpu)));
        }
        tcp.td.sendMsg(tcp.on(cpu), tcp.td.initMsg((NetMsg) adopt), reply -> then.run());
        tcp.passOn(waiters, tcp.on(cpu));
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
        tcp.syns.adopt(msg.command().halfOpen());
        msg.reply(NetError.OK);
    }
}
