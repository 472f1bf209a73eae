package odonata.actors.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import odonata.protocol.errno.Kassert;

/**
 * How many refer to a thread's structure ({@code td_refs}), and how far its life is, in one atomic word, so that of the end of the
 * thread and the last {@code rele} exactly one, the later, gives the structure back. Any thread of the machine.
 */
final class ThreadRefs {
    private static final int EXITED = 1 << 24;
    private static final int FREED = 1 << 25;
    private static final int COUNT = EXITED - 1;

    private final CpuThread thread;
    private final AtomicInteger word = new AtomicInteger();

    ThreadRefs(final CpuThread thread) {
        this.thread = thread;
    }

    /** Nobody refers to it. */
    void fresh() {
        word.set(0);
    }

    int count() {
        return word.get() & COUNT;
    }

    boolean hasExited() {
        return (word.get() & EXITED) != 0;
    }

    boolean isFreed() {
        return (word.get() & FREED) != 0;
    }

    void hold() {
        final int before = word.getAndIncrement();
        Kassert.check((before & FREED) == 0, "hold of %s, which has been freed", thread);
    }

    /** True when it was the last, and the thread has ended. */
    boolean rele() {
        final int before = word.getAndDecrement();
        Kassert.check((before & COUNT) > 0, "rele of %s, which nobody holds", thread);
        return before == EXITED + 1;
    }

    /** The thread has ended; true when nobody refers to it. */
    boolean exit() {
        return word.getAndAdd(EXITED) == 0;
    }

    /** The structure is given back: from now on nobody may use it. */
    void free() {
        final int before = word.getAndUpdate(now -> now | FREED);
        Kassert.check((before & FREED) == 0, "free of %s, which has been freed", thread);
        Kassert.check((before & COUNT) == 0, "free of %s: %d hold it", thread, before & COUNT);
    }
}
