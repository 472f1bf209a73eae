package odonata.actors.uipc;

import java.util.function.BiConsumer;
import odonata.actors.cpu.Cpu;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgState;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.socket.SockEntry.Pending;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;

/** What one CPU has asked protocol threads, and who is told the answer. A reply runs at once, on this CPU, in whatever runs there. */
final class Requests implements SyncPort<Object> {
    private final Cpu cpu;
    private final Port<Object> port;
    private int unanswered;
    private int connections;

    Requests(final Cpu cpu) {
        this.cpu = cpu;
        port = cpu.register(0, this);
    }

    /** Unanswered requests. */
    int size() {
        return unanswered;
    }

    /** TCP descriptors that have, or had, a connection. */
    int connections() {
        return connections;
    }

    /** One more, or one less. */
    void connections(final int change) {
        connections += change;
    }

    /** Sends a request; {@code done} is given the answer. */
    <C> Pending ask(final Port<? super C> target, final C command, final BiConsumer<NetError, Object> done) {
        final Msg<C> msg = Msg.init(command, port).abortable();
        MsgState.then(msg, reply -> done.accept(reply.error(), reply.result()));
        unanswered++;
        cpu.transport().sendMsg(msg, target);
        return () -> giveUp(msg);
    }

    /** Sends what is not replied. */
    <C> void tell(final Port<? super C> target, final C command) {
        cpu.transport().sendMsg(Msg.init(command, Port.none()), target);
    }

    private void giveUp(final Msg<?> msg) {
        if (!msg.isDone()) {
            cpu.transport().abortMsg(msg);
        }
    }

    @Override
    public NetError put(final Msg<Object> msg) {
        throw new KernelPanic("request to the port of socket calls: " + msg);
    }

    @Override
    public void reply(final Msg<?> msg) {
        unanswered--;
        MsgState.resume(msg);
    }
}
