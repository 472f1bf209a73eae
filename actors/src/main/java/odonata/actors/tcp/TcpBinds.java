package odonata.actors.tcp;

import java.util.function.Consumer;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.tcp.TcpMsg.Bind;
import odonata.actors.tcp.TcpMsg.PickPort;
import odonata.actors.tcp.TcpMsg.Reserve;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;

/** Who may have which local port: bind, and the choice of ephemeral ports. */
final class TcpBinds {
    /** Mark of a {@link Reserve} that has been past all CPUs. */
    private static final int CHECKED = Msg.USER0;

    private final TcpCpu tcp;

    TcpBinds(final TcpCpu tcp) {
        this.tcp = tcp;
    }

    void bind(final Msg<Bind> msg) {
        final TcpSocket so = msg.command().so();
        final int laddr = msg.command().addr().addr();
        final int lport = msg.command().addr().port();
        if (so.lport != 0 || so.binding || so.tcb != null) {
            msg.reply(NetError.EINVAL);
        } else if (laddr != 0 && !tcp.net.isLocal(laddr)) {
            msg.reply(NetError.EADDRNOTAVAIL);
        } else if (lport == 0) {
            choose(so, PortUse.bound(so, laddr, 0), port -> named(msg, so, laddr, port));
        } else {
            so.binding = true;
            reserve(PortUse.bound(so, laddr, lport), error -> {
                so.binding = false;
                if (error == NetError.OK) {
                    so.reserved = true;
                    so.laddr = laddr;
                    so.lport = lport;
                }
                reply(msg, error);
            });
        }
    }

    private void named(final Msg<Bind> msg, final TcpSocket so, final int laddr, final int port) {
        so.laddr = laddr;
        reply(msg, port == 0 ? NetError.EADDRNOTAVAIL : NetError.OK);
    }

    /** The socket may have been closed while its port was asked for. */
    private void reply(final Msg<Bind> msg, final NetError error) {
        final boolean closed = msg.command().so().detached;
        if (closed) {
            tcp.release(msg.command().so());
        }
        msg.reply(closed ? NetError.EBADF : error);
    }

    private void reserve(final PortUse use, final Consumer<NetError> then) {
        final Msg<NetMsg> ask = tcp.td.initMsg(new Reserve(use));
        final int first = use.mindsAll() ? tcp.firstCpu() : tcp.keeperOf(use.lport());
        if (!use.mindsAll()) {
            ask.setUser(CHECKED);
        }
        tcp.td.sendMsg(tcp.on(first), ask, reply -> then.accept(reply.error()));
    }

    /** A request of another tcp_thread, or of this one. */
    void onReserve(final Msg<Reserve> msg) {
        final PortUse use = msg.command().use();
        if ((msg.user() & CHECKED) != 0) {
            msg.reply(tcp.ports.reserve(use));
        } else if (tcp.conns.usesPort(use.lport())) {
            msg.reply(NetError.EADDRINUSE);
        } else if (!tcp.isLastCpu()) {
            tcp.td.forwardMsg(tcp.on(tcp.nextCpu()), msg);
        } else if (tcp.keeperOf(use.lport()) == tcp.td.cpu()) {
            msg.reply(tcp.ports.reserve(use));
        } else {
            msg.setUser(CHECKED);
            tcp.td.forwardMsg(tcp.on(tcp.keeperOf(use.lport())), msg);
        }
    }

    /** Gives a socket an ephemeral port, of this CPU's slice or, when that is exhausted, of the next; 0: there is none. */
    void choose(final TcpSocket so, final PortUse use, final Consumer<Integer> then) {
        final int own = pick(use);
        if (own != 0 || tcp.cpus().size() == 1) {
            chosen(so, own, then);
            return;
        }
        so.binding = true;
        final Msg<NetMsg> ask = tcp.td.initMsg(new PickPort(use, tcp.td.cpu()));
        tcp.td.sendMsg(tcp.on(tcp.nextCpu()), ask, reply -> {
            so.binding = false;
            chosen(so, reply.error() == NetError.OK ? (Integer) reply.result() : 0, then);
        });
    }

    private static void chosen(final TcpSocket so, final int port, final Consumer<Integer> then) {
        so.reserved = port != 0;
        so.lport = port;
        then.accept(port);
    }

    void onPickPort(final Msg<PickPort> msg) {
        final int port = pick(msg.command().use());
        if (port != 0) {
            msg.reply(NetError.OK, port);
        } else if (tcp.nextCpu() == msg.command().firstCpu()) {
            msg.reply(NetError.EADDRNOTAVAIL);
        } else {
            tcp.td.forwardMsg(tcp.on(tcp.nextCpu()), msg);
        }
    }

    /** With a known peer only ports whose connection this machine owns: a socket does not leave it. */
    private int pick(final PortUse use) {
        return tcp.ports.pick(use, port -> use.faddr() == 0 || isOurs(use, port));
    }

    private boolean isOurs(final PortUse use, final int port) {
        return hosts(tcp.bucketOf(new FlowKey(use.laddr(), port, use.faddr(), use.fport(), IpProto.TCP)));
    }

    /** True when a CPU of this machine owns the bucket. */
    boolean hosts(final int bucket) {
        final int owner = tcp.net.partition().owner(bucket);
        return owner != BucketMap.NONE && tcp.net.cpu().machine().hosts(owner);
    }

    void onRelease(final Msg<TcpMsg.Release> msg) {
        final int keeper = tcp.keeperOf(msg.command().lport());
        if (keeper == tcp.td.cpu()) {
            tcp.ports.release(msg.command().so(), msg.command().lport());
        } else {
            tcp.tell(keeper, msg.command()); // from another member, which does not know who keeps it
        }
    }

    void onConnected(final Msg<TcpMsg.Connected> msg) {
        tcp.ports.connected(msg.command().so(), msg.command().lport());
    }
}
