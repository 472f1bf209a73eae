package odonata.actors.cpu;

import java.util.ArrayDeque;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgState;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * A port from which any thread of the machine may take: urgent messages before normal ones, first in first out in each; who has
 * waited longest is served first. What comes is a request, or the reply of a message whose reply port this is.
 *
 * <p>In the kernel a spinlock guards it. Here one CPU keeps it: what is put goes there, and a get is itself a message to there, which
 * is replied with the message that was taken. So a get from another CPU costs a trip there and back, a reply is completed on the
 * CPU that keeps the port, not on the replier's, and only threads of the same machine may get.
 * Source: {@code lwkt_initport_spin} in {@code sys/kern/lwkt_msgport.c}.
 *
 * @param <C> commands
 */
public final class SpinPort<C> {

    /** What a thread sends to {@link #gets} through {@code Td.waitPort}. Replied OK with the message that it gets as the result. */
    public enum Get {
        INSTANCE
    }

    private final Cpu cpu;
    private final ArrayDeque<Msg<?>> urgent = new ArrayDeque<>();
    private final ArrayDeque<Msg<?>> normal = new ArrayDeque<>();
    private final ArrayDeque<Msg<Get>> waiting = new ArrayDeque<>();
    private final Port<C> port;
    private final Port<Get> gets;

    private SpinPort(final Cpu cpu) {
        this.cpu = cpu;
        port = cpu.register(0, new Puts());
        gets = cpu.register(0, SyncPort.putOnly(this::get));
    }

    /** An empty port that {@code cpu} keeps. */
    public static <C> SpinPort<C> on(final Cpu cpu) {
        return new SpinPort<>(cpu);
    }

    /** Where messages are sent, or replied. Any thread. */
    public Port<C> port() {
        return port;
    }

    /** Where gets are sent. Any thread. */
    public Port<Get> gets() {
        return gets;
    }

    /** Messages that wait; on the carrier of the CPU that keeps it. */
    public int depth() {
        return urgent.size() + normal.size();
    }

    /** The message that a get was replied with, now that {@code taker} has it; on the taker's carrier. */
    @SuppressWarnings("unchecked") // requests on the port have its type
    public Msg<C> received(final Msg<Get> reply, final CpuThread taker) {
        Kassert.check(reply.error() == NetError.OK, "get from a spin port that is not there: %s", reply);
        final Msg<C> msg = (Msg<C>) reply.result();
        if (!msg.isReply()) {
            taker.cpu().transport().received(msg, taker);
        }
        return msg;
    }

    private NetError get(final Msg<Get> get) {
        if (get.isProxy()) {
            return NetError.EOPNOTSUPP;
        }
        waiting.add(get);
        serve();
        return NetError.EASYNC;
    }

    private void add(final Msg<?> msg) {
        MsgState.queued(msg);
        (msg.isUrgent() ? urgent : normal).add(msg);
        cpu.putAside(1);
        serve();
    }

    private void serve() {
        if (depth() > 0 && !waiting.isEmpty()) {
            final Msg<?> msg = urgent.isEmpty() ? normal.remove() : urgent.remove();
            final Msg<Get> get = waiting.remove();
            cpu.putAside(-1);
            MsgState.unqueued(msg);
            if (!msg.isReply()) {
                MsgState.inTransit(msg, get.replyPort().cpu());
            }
            cpu.transport().replyMsg(get, NetError.OK, msg);
        }
    }

    private final class Puts implements SyncPort<C> {
        @Override
        public NetError put(final Msg<C> msg) {
            add(msg);
            return NetError.EASYNC;
        }

        @Override
        public void reply(final Msg<?> msg) {
            add(msg);
        }
    }
}
