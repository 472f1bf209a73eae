package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;

/**
 * TCP over all members: how an operation finds a socket that is at another one, who listens where, and what becomes of sockets whose member or
 * whose user's member dies.
 *
 * <p>A connection is where its bucket is. So an operation is steered as a packet is, by the map of the CPU that passes it on: no CPU keeps a note of
 * what it has given away, and the way from a process to its socket is never longer than two messages, however often the bucket moves.
 */
final class TcpAbroad {
    private final TcpCpu tcp;
    private final TcpListens listens;

    /** CPUs of other members that have been told who listens here. */
    private final Set<Integer> told = new TreeSet<>();

    private boolean leaves;

    TcpAbroad(final TcpCpu tcp, final TcpListens listens) {
        this.tcp = tcp;
        this.listens = listens;
    }

    /** An operation on a socket that is not on this member as far as the sender knows. */
    <T extends TcpMsg.OnSocket> void serve(final Msg<T> msg, final Consumer<Msg<T>> handler) {
        final TcpSocket ref = msg.command().ref();
        final Optional<TcpSocket> here = tcp.conns.find(ref.id());
        if (here.isPresent()) {
            ref.is(here.get());
            handler.accept(msg);
            return;
        }
        steer(msg, ref, () -> lost(msg), () -> serve(msg, handler));
    }

    /** As a packet of the socket's flow: {@code here}, if its bucket is; {@code again} when it may have come; else on to its owner. */
    void steer(final Msg<? extends TcpMsg> msg, final TcpSocket ref, final Runnable here, final Runnable again) {
        final int bucket = tcp.bucketOf(ref.flow());
        switch (tcp.net.partition().decide(bucket, ref.mapVersion())) {
            case SERVE -> here.run();
            case HOLD, REFUSE -> tcp.held.add(msg, again);
            case FORWARD -> passOn(msg, ref, tcp.net.partition().owner(bucket));
        }
    }

    private void passOn(final Msg<? extends TcpMsg> msg, final TcpSocket ref, final int owner) {
        if (owner == BucketMap.NONE) {
            lost(msg);
        } else {
            tcp.net.counters().count(NetCounter.TCP_CHASED);
            ref.mapVersion(tcp.net.partition().version());
            tcp.td.forwardMsg(tcp.on(owner), msg);
        }
    }

    /** The bucket is here and the socket is not: it has died with a member. */
    private static void lost(final Msg<? extends TcpMsg> msg) {
        if (msg.wantsReply()) {
            msg.reply(NetError.EHOSTDOWN);
        }
    }

    /** Another map: CPUs of other members that are new in it learn who listens here. */
    void mapChanged(final int[] cpus) {
        for (final int cpu : cpus) {
            if (!leaves && !tcp.isHere(cpu) && told.add(cpu)) {
                for (final TcpListener listener : tcp.listens.all()) {
                    if (listener.isHere() && tcp.owns(listener.so())) {
                        announce(cpu, listener, () -> {});
                    }
                }
            }
        }
    }

    /** All CPUs of other members learn of a listener of this CPU, or of its options; then {@code then} runs. */
    void announce(final TcpListener listener, final Runnable then) {
        final int[] missing = {1 + told.size()};
        final Runnable one = () -> {
            if (--missing[0] == 0) {
                then.run();
            }
        };
        for (final int cpu : List.copyOf(told)) {
            announce(cpu, listener, one);
        }
        one.run();
    }

    private void announce(final int cpu, final TcpListener listener, final Runnable then) {
        final NetMsg message = new TcpMsg.Listening(listener.id, TcpCargo.write(listener.options));
        tcp.td.sendMsg(tcp.on(cpu), tcp.td.initMsg(message), reply -> then.run());
    }

    /** A listener of this CPU is closed. */
    void retract(final ListenId id) {
        told.forEach(cpu -> tcp.tell(cpu, new TcpMsg.NotListening(id)));
    }

    /** This member leaves: others hear of no listener of this CPU any more. */
    void withdraw() {
        tcp.listens.all().stream()
                .filter(listener -> listener.isHere() && tcp.owns(listener.so()))
                .forEach(listener -> retract(listener.id));
        told.clear();
        leaves = true;
    }

    void listening(final Msg<TcpMsg.Listening> msg) {
        final ListenId id = msg.command().listener();
        try {
            final SockOptions options = tcp.cargo.readOptions(msg.command().options());
            final Optional<TcpListener> known = tcp.listens.get(id);
            if (known.isPresent()) {
                known.get().options = options;
            } else if (tcp.reaches(id.home())) {
                tcp.listens.add(new TcpListener(id, options));
            }
            msg.reply(NetError.OK);
        } catch (final IllegalArgumentException e) {
            tcp.net.counters().count(NetCounter.UNEXPECTED);
            msg.reply(NetError.EINVAL);
        }
    }

    void notListening(final ListenId id) {
        tcp.listens.get(id).ifPresent(this::forget);
    }

    private void forget(final TcpListener listener) {
        listener.closed = true;
        listens.forget(listener);
    }

    /** Members are gone: their listeners, and the connections of their processes, which nobody will ever read. */
    void hostDown(final Set<Integer> cpus) {
        told.removeAll(cpus);
        tcp.listens.all().stream()
                .filter(listener -> cpus.contains(listener.id.home()))
                .forEach(this::forget);
        for (final TcpSocket so : new ArrayList<>(tcp.conns.named())) {
            if (cpus.contains(so.home)) {
                orphaned(so);
            }
        }
    }

    /** Who had it is dead. What was closed before goes on to its end. */
    void orphaned(final TcpSocket so) {
        if (!so.detached) {
            tcp.net.counters().count(NetCounter.TCP_ORPHANED);
            so.parent = null;
            tcp.abort(so);
        }
    }
}
