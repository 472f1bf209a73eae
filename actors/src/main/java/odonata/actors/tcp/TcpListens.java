package odonata.actors.tcp;

import java.util.Optional;
import odonata.actors.netisr.NetCounter;
import odonata.actors.port.Msg;
import odonata.actors.tcp.TcpMsg.Accept;
import odonata.actors.tcp.TcpMsg.Close;
import odonata.actors.tcp.TcpMsg.Completed;
import odonata.actors.tcp.TcpMsg.Listen;
import odonata.protocol.errno.NetError;

/**
 * Passive opens (R54): the chain that makes a listener known to every CPU of the machine and unknown again, and the queue of those that
 * wait to be accepted, which is kept by the first CPU. The CPUs of other members are told first, each by itself.
 */
final class TcpListens {
    /** On its way from the first CPU to the last. */
    private static final int CHAIN = Msg.USER0;

    private final TcpCpu tcp;
    private final TcpBinds binds;
    private final TcpAbroad abroad;
    private long made;

    TcpListens(final TcpCpu tcp, final TcpBinds binds) {
        this.tcp = tcp;
        this.binds = binds;
        this.abroad = new TcpAbroad(tcp, this);
    }

    TcpAbroad abroad() {
        return abroad;
    }

    void listen(final Msg<Listen> msg) {
        final TcpSocket so = msg.command().so();
        if (so.tcb != null || so.binding) {
            msg.reply(NetError.EINVAL);
        } else if (so.isListening()) {
            so.listener.backlog(msg.command().backlog());
            msg.reply(NetError.OK);
        } else if (so.lport == 0) {
            binds.choose(so, PortUse.bound(so, so.laddr, 0), port -> {
                if (so.detached) {
                    tcp.release(so); // closed while a port was asked for
                    msg.reply(NetError.EBADF);
                } else if (port == 0) {
                    msg.reply(NetError.EADDRNOTAVAIL);
                } else {
                    begin(msg);
                }
            });
        } else {
            begin(msg);
        }
    }

    /** Listening sockets are the first CPU's: from there the chain starts, when all other members know. */
    private void begin(final Msg<Listen> msg) {
        final TcpSocket so = msg.command().so();
        if (tcp.td.cpu() != tcp.firstCpu()) {
            tcp.passOn(tcp.give(so, tcp.on(tcp.firstCpu())), tcp.on(tcp.firstCpu()));
            tcp.td.forwardMsg(tcp.on(tcp.firstCpu()), msg);
            return;
        }
        final TcpListener listener =
                new TcpListener(so, made++, so.home, msg.command().backlog());
        so.listener = listener;
        abroad.announce(listener, () -> {
            if (listener.closed) {
                msg.reply(NetError.EBADF);
            } else {
                msg.setUser(CHAIN);
                onChain(msg);
            }
        });
    }

    /** True when the message is on its way through all CPUs: then whose the socket is does not matter. */
    static boolean isOnChain(final Msg<?> msg) {
        return (msg.user() & CHAIN) != 0;
    }

    void onChain(final Msg<Listen> msg) {
        tcp.listens.add(msg.command().so().listener);
        if (tcp.isLastCpu()) {
            msg.reply(NetError.OK);
        } else {
            tcp.td.forwardMsg(tcp.on(tcp.nextCpu()), msg);
        }
    }

    void accept(final Msg<Accept> msg) {
        final TcpSocket so = msg.command().so();
        if (!so.isListening()) {
            msg.reply(NetError.EINVAL);
        } else {
            tcp.serve(so, msg, msg.command().mayWait(), () -> accepted(msg, so.listener));
        }
    }

    private boolean accepted(final Msg<Accept> msg, final TcpListener listener) {
        final TcpSocket next = listener.queue.poll();
        if (next != null) {
            listener.dequeue();
            msg.reply(NetError.OK, next);
        } else if (msg.command().mayWait()) {
            return false;
        } else {
            msg.reply(NetError.EAGAIN);
        }
        return true;
    }

    /**
     * A handshake is over; if its listener has been closed meanwhile another of its group has it, or nobody. One that was at another member counts
     * from now on.
     */
    void completed(final Msg<Completed> msg) {
        final TcpSocket so = msg.command().so();
        final ListenId id = msg.command().listener();
        final Optional<TcpListener> listener = tcp.listens.get(id);
        final boolean counted = so.here() != null;
        if (!counted) {
            so.leave(tcp.port(), so.mapVersion());
        }
        if (listener.isEmpty()) {
            bequeath(id, so);
        } else if (counted || listener.get().enqueue()) {
            enqueue(listener.get(), so);
        } else {
            tcp.net.counters().count(NetCounter.TCP_LISTENDROP);
            tcp.tell(so.soPort().cpu(), new TcpMsg.Abort(so));
        }
    }

    private void enqueue(final TcpListener listener, final TcpSocket so) {
        listener.queue.add(so);
        tcp.wake(listener.so());
    }

    /** To another of this member; who has it at another member could not be told. */
    private void bequeath(final ListenId closed, final TcpSocket so) {
        final Optional<TcpListener> heir =
                tcp.listens.heirOf(closed, hashOf(so)).filter(TcpListener::isHere);
        if (heir.isPresent() && heir.get().enqueue()) {
            enqueue(heir.get(), so);
        } else {
            tcp.tell(so.soPort().cpu(), new TcpMsg.Abort(so));
        }
    }

    private int hashOf(final TcpSocket so) {
        return tcp.hashOf(so.flow());
    }

    /** The end of a listener, begun by the first CPU: no CPU of this member finds it any more when this is replied. */
    void close(final Msg<Close> msg) {
        final TcpListener listener = msg.command().so().listener;
        listener.closed = true;
        abroad.retract(listener.id);
        msg.setUser(CHAIN);
        onCloseChain(msg);
        while (!listener.queue.isEmpty()) {
            bequeath(listener.id, listener.queue.remove());
        }
    }

    /** A handshake that goes on has come here: to this CPU's replica of its listener, if there is one still. */
    void fosters(final TcpSocket embryo) {
        final Optional<TcpListener> own = tcp.listens.get(embryo.parent.id);
        if (own.isPresent()) {
            embryo.parent = own.get();
        } else {
            orphaned(embryo);
        }
    }

    /** The listener of a handshake that goes on is gone: another of its group has it, or it is reset. */
    private void orphaned(final TcpSocket embryo) {
        final Optional<TcpListener> heir = tcp.listens.heirOf(embryo.parent.id, hashOf(embryo));
        if (heir.isPresent()) {
            embryo.parent = heir.get();
        } else {
            embryo.parent = null;
            tcp.abort(embryo);
        }
    }

    /** This CPU finds a listener no more; handshakes that it had begun go to another of its group. */
    void forget(final TcpListener listener) {
        if (tcp.listens.remove(listener.id)) {
            tcp.conns.embryos(listener.id).forEach(this::orphaned);
            tcp.syns.orphaned(listener.id);
        }
    }

    /** One CPU forgets a listener. True when this was the last one. */
    boolean onCloseChain(final Msg<Close> msg) {
        forget(msg.command().so().listener);
        if (!tcp.isLastCpu()) {
            tcp.td.forwardMsg(tcp.on(tcp.nextCpu()), msg);
            return false;
        }
        return true;
    }
}
