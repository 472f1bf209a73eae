package odonata.actors.cpu;

import java.util.ArrayDeque;
import odonata.actors.crossbar.Crossbar;
import org.jctools.queues.MpscGrowableArrayQueue;

/**
 * What a CPU is given beside its rings: by foreign threads ({@link #offer}), and by Akka on the carrier itself ({@link #addTask}).
 *
 * <p>Thread: the carrier, but for {@link #offer}. Order: each of the two first in, first out.
 */
final class Inbox {
    private static final int FIRST = 256;
    private static final int INBOX_BATCH = 256;
    private static final int TASK_BATCH = 64;

    private final Cpu cpu;
    private final Crossbar crossbar;
    private final MpscGrowableArrayQueue<Object> inbox;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    /** A function to be run between threads. */
    record Injected(Runnable function) {}

    /** An empty one; {@code crossbar} is the CPU's end, which knows whether it sleeps. */
    Inbox(final Cpu cpu, final Crossbar crossbar, final int capacity) {
        this.cpu = cpu;
        this.crossbar = crossbar;
        inbox = new MpscGrowableArrayQueue<>(Math.min(FIRST, capacity / 2), capacity);
    }

    /** Puts something of a foreign thread in and wakes the CPU if it sleeps; false when there is no room. */
    boolean offer(final Object item) {
        final boolean taken = inbox.offer(item);
        if (taken) {
            crossbar.nudge();
        }
        return taken;
    }

    /**
     * Announces that the CPU will sleep, then looks once more. False when something has come meanwhile, on a ring or here: then it
     * stays awake.
     */
    boolean prepareSleep(final boolean ringsOnly) {
        if (!crossbar.prepareSleep()) {
            return false;
        }
        final boolean nothing = ringsOnly || isEmpty();
        if (!nothing) {
            crossbar.awake();
        }
        return nothing;
    }

    boolean isEmpty() {
        return inbox.isEmpty();
    }

    void addTask(final Runnable task) {
        tasks.add(task);
    }

    boolean hasTasks() {
        return !tasks.isEmpty();
    }

    /** Takes what foreign threads gave, a batch at most; answers how much. */
    int takeForeign() {
        int n = 0;
        while (n < INBOX_BATCH && !inbox.isEmpty()) {
            final Object item = inbox.poll();
            n++;
            if (item instanceof ForeignTell tell) {
                cpu.counters().add(CpuCounter.FOREIGN, 1);
                tell.port().enqueueLocal(tell.envelope());
            } else if (item instanceof Injected injected) {
                cpu.runTask(injected.function());
            } else {
                cpu.akka().execute((Runnable) item);
            }
        }
        return n;
    }

    /** Runs what Akka gave, a batch at most; answers how much. */
    int runTasks() {
        int n = 0;
        while (n < TASK_BATCH && !tasks.isEmpty()) {
            cpu.runTask(tasks.poll());
            n++;
        }
        return n;
    }
}
