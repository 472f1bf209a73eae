package odonata.actors.lwkt;

import java.util.ArrayDeque;
import java.util.function.LongConsumer;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Wmesg;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;

/**
 * A wait queue with a generation: who blocks after having sampled the generation never loses a signal (R47, I12).
 *
 * <p>It is a port without a thread, and the messages that wait at it are the threads that sleep: to block is a synchronous
 * message to it, to be woken is its reply. So threads of all CPUs of the machine may sleep at it; blocks and signals of other CPUs take
 * effect on its home CPU in the order in which they get there. Owner: the home CPU, but for {@link #gen} and {@link #count}, which any thread
 * may read. Source: {@code lwkt_wait}, {@code lwkt_block}, {@code lwkt_signal}.
 */
public final class WaitQueue {
    /** Count that wakes every waiter. */
    public static final int ALL = -1;

    private record Block(String wmesg, long gen) implements Wmesg {
        @Override
        public String toString() {
            return wmesg;
        }
    }

    private final Cpu home;
    private final Port<Block> port;
    private final ArrayDeque<Msg<Block>> waiters = new ArrayDeque<>();
    private volatile long gen;
    private volatile int count;

    private WaitQueue(final Cpu home) {
        this.home = home;
        this.port = home.register(0, SyncPort.putOnly(this::put));
    }

    /** An empty queue of generation 0, at home on a CPU; on its carrier. Source: {@code lwkt_wait_init}. */
    public static WaitQueue create(final Cpu home) {
        return new WaitQueue(home);
    }

    /** The generation: how often it was signalled. To be sampled before the condition is tested. */
    public long gen() {
        return gen;
    }

    /** Threads that sleep. */
    public int count() {
        return count;
    }

    /** Removes the queue from its CPU; nobody may sleep at it. On the home CPU. */
    public void destroy() {
        Kassert.check(waiters.isEmpty(), "destroy of a wait queue at which %d threads sleep", waiters.size());
        home.unregister(port);
    }

    void block(final Td td, final String wmesg, final long sampled, final LongConsumer then) {
        td.doMsg(port, td.initMsg(new Block(wmesg, sampled)), woken -> {
            Kassert.check(woken.error() == NetError.OK, "sleep at a wait queue that is gone: %s", woken);
            then.accept(gen);
        });
    }

    void signal(final Cpu from, final int most) {
        from.sendIpi(home.id(), here -> signalHere(most));
    }

    private NetError put(final Msg<Block> msg) {
        if (msg.command().gen() != gen) {
            return NetError.OK;
        }
        waiters.add(msg);
        count = waiters.size();
        return NetError.EASYNC;
    }

    /** Volatile, one writer: the carrier of the home CPU. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void signalHere(final int most) {
        gen++;
        for (int left = most < 0 ? waiters.size() : most; left > 0 && !waiters.isEmpty(); left--) {
            final Msg<Block> waiter = waiters.poll();
            count = waiters.size();
            home.transport().replyMsg(waiter, NetError.OK, null);
        }
    }
}
