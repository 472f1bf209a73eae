package odonata.actors.tcp;

import odonata.actors.netisr.Verdict;
import odonata.actors.port.Msg;
import odonata.actors.tcp.TcpMsg.Connect;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;

/** Active opens (5.6): the message, and the socket with it, goes to the CPU that its tuple hashes to. */
final class TcpConnects {
    /** The socket has its name, and has come to the CPU of its connection. */
    private static final int RECONNECT = Msg.USER0;

    /** The port was chosen here, not by the user. */
    private static final int EPHEMERAL = Msg.USER1;

    /** A first choice of the port was in use where the connection belongs. */
    private static final int RETRIED = Msg.USER2;

    private final TcpCpu tcp;
    private final TcpBinds binds;
    private final TcpOpens opens;
    private final TcpAbroad abroad;

    TcpConnects(final TcpCpu tcp, final TcpBinds binds, final TcpAbroad abroad) {
        this.tcp = tcp;
        this.binds = binds;
        this.abroad = abroad;
        this.opens = new TcpOpens(tcp, abroad);
    }

    /** Serves what other members ask. */
    TcpOpens opens() {
        return opens;
    }

    void connect(final Msg<Connect> msg) {
        final TcpSocket so = msg.command().so();
        if ((msg.user() & RECONNECT) != 0) {
            reconnect(msg);
            return;
        }
        final NetError error = refusal(msg.command());
        if (error != NetError.OK) {
            msg.reply(error);
            return;
        }
        final int laddr = so.laddr != 0 ? so.laddr : localFor(msg.command().to().addr());
        if (so.lport != 0) {
            go(msg, laddr);
        } else {
            choose(msg, laddr);
        }
    }

    private void choose(final Msg<Connect> msg, final int laddr) {
        final TcpSocket so = msg.command().so();
        final PortUse use =
                PortUse.connected(so, laddr, peerOf(msg), msg.command().to().port());
        binds.choose(so, use, port -> {
            if (port == 0) {
                msg.reply(NetError.EADDRNOTAVAIL);
            } else {
                msg.setUser(EPHEMERAL);
                go(msg, laddr);
            }
        });
    }

    private NetError refusal(final Connect connect) {
        final TcpSocket so = connect.so();
        if (so.isListening()) {
            return NetError.EOPNOTSUPP;
        }
        if (so.gone) {
            return so.error() == NetError.OK ? NetError.EINVAL : so.takeError();
        }
        if (so.tcb != null) {
            return so.connected ? NetError.EISCONN : NetError.EALREADY;
        }
        if (so.binding) {
            return NetError.EALREADY;
        }
        if (connect.to().port() == 0) {
            return NetError.EADDRNOTAVAIL;
        }
        if (tcp.net.isBroadcast(connect.to().addr())) {
            return NetError.EACCES;
        }
        if (connect.to().addr() != 0 && !Ipv4Address.isUnicast(connect.to().addr())) {
            return NetError.EAFNOSUPPORT;
        }
        return tcp.net.pathMtu(peer(connect)) > 0 ? NetError.OK : NetError.ENETUNREACH;
    }

    /** Any address, as a peer, is this system. */
    private int peer(final Connect connect) {
        return connect.to().addr() == 0
                ? tcp.net.settings().address()
                : connect.to().addr();
    }

    private int peerOf(final Msg<Connect> msg) {
        return peer(msg.command());
    }

    private int localFor(final int peer) {
        return tcp.net.sourceFor(peer);
    }

    private FlowKey flowOf(final Msg<Connect> msg, final int laddr) {
        return new FlowKey(
                laddr, msg.command().so().lport, peerOf(msg), msg.command().to().port(), IpProto.TCP);
    }

    private void go(final Msg<Connect> msg, final int laddr) {
        msg.command().so().laddr = laddr;
        msg.setUser(RECONNECT);
        reconnect(msg);
    }

    /** Named: here, when the bucket is this CPU's; later, when it is coming; else where it is. */
    private void reconnect(final Msg<Connect> msg) {
        final TcpSocket so = msg.command().so();
        if (so.detached) {
            tcp.release(so); // closed while a port was asked for
            msg.reply(NetError.EBADF);
            return;
        }
        if (so.tcb != null) {
            await(msg); // it has been opened, and its bucket may have moved since
            return;
        }
        final FlowKey flow = flowOf(msg, so.laddr);
        final int bucket = tcp.bucketOf(flow);
        final Verdict verdict =
                tcp.net.partition().decide(bucket, tcp.net.partition().version());
        switch (verdict) {
            case SERVE -> establish(msg, flow);
            case HOLD, REFUSE -> tcp.held.add(msg, () -> reconnect(msg));
            case FORWARD -> {
                final int owner = tcp.net.partition().owner(bucket);
                if (tcp.isHere(owner)) {
                    tcp.passOn(tcp.give(so, tcp.on(owner)), tcp.on(owner));
                    tcp.td.forwardMsg(tcp.on(owner), msg);
                } else if (tcp.reaches(owner)) {
                    hold(msg);
                    opens.askToOpen(so, flow, owner, error -> openedElsewhere(msg, error));
                } else {
                    refuse(msg, NetError.EADDRNOTAVAIL);
                }
            }
        }
    }

    private static void refuse(final Msg<Connect> msg, final NetError error) {
        msg.clearUser(RECONNECT);
        msg.reply(error);
    }

    /** Until the other member has answered, or an abort. */
    private void hold(final Msg<Connect> msg) {
        tcp.held.add(msg, () -> hold(msg));
    }

    /** What was aborted is not there any more; its connection goes on. */
    private void openedElsewhere(final Msg<Connect> msg, final NetError error) {
        if (!tcp.held.remove(msg)) {
            return;
        }
        if (error == NetError.EADDRINUSE) {
            taken(msg);
        } else {
            abroad.serve(msg, this::connect);
        }
    }

    private void establish(final Msg<Connect> msg, final FlowKey flow) {
        final TcpSocket so = msg.command().so();
        if (opens.open(so, flow) != NetError.OK) {
            taken(msg);
            return;
        }
        final boolean ephemeral = (msg.user() & EPHEMERAL) != 0;
        if (so.reserved && !ephemeral) {
            tcp.tell(tcp.keeperOf(so.lport), new TcpMsg.Connected(so, so.lport));
        }
        await(msg);
    }

    private void await(final Msg<Connect> msg) {
        final TcpSocket so = msg.command().so();
        if (!msg.command().mayWait() && !so.connected && !so.gone) {
            msg.reply(NetError.EINPROGRESS);
        } else {
            tcp.serve(so, msg, false, () -> finish(msg));
        }
    }

    /** The connection is there already: another port, once, if it is ours to choose. */
    private void taken(final Msg<Connect> msg) {
        final TcpSocket so = msg.command().so();
        final boolean ephemeral = (msg.user() & EPHEMERAL) != 0;
        if (!ephemeral) {
            refuse(msg, NetError.EADDRINUSE);
            return;
        }
        tcp.release(so);
        so.lport = 0;
        if ((msg.user() & RETRIED) != 0) {
            msg.reply(NetError.EADDRNOTAVAIL);
            return;
        }
        msg.setUser(RETRIED);
        choose(msg, so.laddr);
    }

    private boolean finish(final Msg<Connect> msg) {
        final TcpSocket so = msg.command().so();
        if (so.connected) {
            msg.reply(NetError.OK);
        } else if (so.gone) {
            final NetError error = so.takeError();
            msg.reply(error == NetError.OK ? NetError.ECONNABORTED : error);
        } else {
            return false;
        }
        return true;
    }
}
