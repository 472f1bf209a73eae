package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
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
import odonata.actors.tcp.TcpMsg.Transfer;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.tcp.syn.SynEntry;

/**
 * Buckets move, and their connections with them: to another CPU of the machine as they are ({@link Adopt}), to one of another member as bytes
 * ({@link Transfer}). Either is replied before the bucket is served there, so that no packet finds its connection missing. What waits at a socket
 * is forwarded, and what is sent to the old owner chases it.
 */
final class TcpMoves {
    /** A message to another member is closed when it has so many bytes: connections with full buffers do not wait for each other. */
    private static final int ENOUGH = 128 << 10;

    private final TcpCpu tcp;
    private final TcpListens listens;
    private final TcpAbroad abroad;

    TcpMoves(final TcpCpu tcp, final TcpListens listens, final TcpAbroad abroad) {
        this.tcp = tcp;
        this.listens = listens;
        this.abroad = abroad;
    }

    /** True when there are connections in one of the buckets. */
    boolean hasCargo(final BitSet buckets) {
        return tcp.conns.hasCargo(flow -> buckets.get(tcp.bucketOf(flow))) || tcp.syns.hasCargo(buckets::get);
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
        final List<TcpSocket> sockets = tcp.conns.cargo(flow -> buckets.test(tcp.bucketOf(flow)));
        final List<SynEntry<TcpListener>> halfOpen = tcp.syns.take(buckets);
        if (cpu == BucketMap.NONE) {
            sockets.forEach(this::lose);
            then.run();
        } else if (!tcp.isHere(cpu)) {
            ship(cpu, sockets, halfOpen, then);
        } else if (sockets.isEmpty() && halfOpen.isEmpty() && !tcp.syns.cookiesAreOut()) {
            then.run();
        } else {
            send(cpu, new Adopt(List.copyOf(sockets), halfOpen, tcp.syns.cookieKey()), then);
        }
    }

    /** What waited at the sockets follows them. */
    private void send(final int cpu, final Adopt adopt, final Runnable then) {
        final List<TcpSocket.Waiter> waiters = new ArrayList<>();
        for (final TcpSocket so : adopt.sockets()) {
            remove(so);
            waiters.addAll(tcp.give(so, tcp.on(cpu)));
        }
        tcp.td.sendMsg(tcp.on(cpu), tcp.td.initMsg((NetMsg) adopt), reply -> then.run());
        tcp.passOn(waiters, tcp.on(cpu));
    }

    private void remove(final TcpSocket so) {
        tcp.conns.remove(so);
        tcp.conns.removeName(so);
    }

    /** To another member, in messages of a size that others can live with; {@code then} when all are there. */
    private void ship(
            final int cpu,
            final List<TcpSocket> sockets,
            final List<SynEntry<TcpListener>> halfOpen,
            final Runnable then) {
        final List<byte[]> entries = halfOpen.stream().map(tcp.cargo::write).toList();
        final Iterator<TcpSocket> rest = sockets.iterator();
        final int[] missing = {1};
        final Runnable one = () -> {
            if (--missing[0] == 0) {
                then.run();
            }
        };
        boolean first = true;
        while (rest.hasNext() || first) {
            final List<byte[]> cargo = new ArrayList<>();
            final List<TcpSocket.Waiter> waiters = new ArrayList<>();
            while (rest.hasNext() && TcpCargo.sum(cargo) < ENOUGH) {
                cargo.add(pack(rest.next(), waiters));
            }
            missing[0]++;
            ship(cpu, first ? new Transfer(cargo, entries, tcp.syns.cookieKey()) : transfer(cargo), one);
            tcp.passOn(waiters, tcp.on(cpu));
            first = false;
        }
        one.run();
    }

    private static Transfer transfer(final List<byte[]> sockets) {
        return new Transfer(sockets, List.of(), new byte[0]);
    }

    private byte[] pack(final TcpSocket so, final List<TcpSocket.Waiter> waiters) {
        remove(so);
        tcp.nameFor(so);
        final byte[] bytes = tcp.cargo.write(so);
        waiters.addAll(tcp.give(so, tcp.port()));
        so.leave(tcp.port(), tcp.net.partition().version());
        tcp.net.counters().count(NetCounter.TCP_EMIGRATED);
        return bytes;
    }

    private void ship(final int cpu, final Transfer transfer, final Runnable then) {
        final int sockets = transfer.sockets().size();
        tcp.td.sendMsg(tcp.on(cpu), tcp.td.initMsg((NetMsg) transfer), reply -> {
            if (reply.error() == NetError.EHOSTDOWN) {
                tcp.net.counters().add(NetCounter.TCP_LOST, sockets);
            }
            then.run();
        });
    }

    /** Somebody has taken the bucket without its connections. */
    private void lose(final TcpSocket so) {
        tcp.conns.removeName(so);
        if (so.gone) {
            return;
        }
        tcp.net.counters().count(NetCounter.TCP_LOST);
        so.parent = null;
        tcp.with(so).abort(so.tcb, tcp.nowUs());
        so.error(NetError.ECONNABORTED);
        tcp.settle(so);
    }

    void adopt(final Msg<Adopt> msg) {
        msg.command().sockets().forEach(this::adopt);
        tcp.syns.adopt(msg.command().halfOpen());
        tcp.syns.cookiesOf(msg.command().cookies());
        msg.reply(NetError.OK);
    }

    /** An operation may have come before, and may have ended the connection. */
    private void adopt(final TcpSocket so) {
        if (so.id() != 0 && !so.isOver()) {
            tcp.conns.addName(so);
        }
        if (!so.gone) {
            tcp.net.counters().count(NetCounter.TCP_ADOPTED);
            tcp.conns.add(so);
            tcp.expire(so);
        }
        if (so.parent != null) {
            listens.fosters(so);
        }
    }

    void transferred(final Msg<Transfer> msg) {
        msg.command().sockets().forEach(this::immigrate);
        try {
            tcp.syns.adopt(
                    msg.command().halfOpen().stream().map(tcp.cargo::readEntry).toList());
            tcp.syns.cookiesOf(msg.command().cookies());
        } catch (final IllegalArgumentException e) {
            tcp.net.counters().count(NetCounter.UNEXPECTED); // peers try again
        }
        msg.reply(NetError.OK);
    }

    private void immigrate(final byte[] bytes) {
        final TcpSocket so;
        try {
            so = tcp.cargo.read(bytes);
        } catch (final IllegalArgumentException e) {
            tcp.net.counters().count(NetCounter.TCP_LOST);
            return;
        }
        if (tcp.conns.find(so.flow()).isPresent() && !so.gone) {
            tcp.net.counters().count(NetCounter.TCP_LOST);
            return;
        }
        adopt(so);
        if (!tcp.isHere(so.home) && !tcp.reaches(so.home)) {
            abroad.orphaned(so);
        }
    }
}
