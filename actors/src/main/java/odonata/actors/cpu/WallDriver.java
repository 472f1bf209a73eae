package odonata.actors.cpu;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import odonata.protocol.clock.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one CPU on a carrier thread of its own, in wall-clock time. Idle: spins, yields, then parks until another thread wakes
 * it or its next callout is due. The only place that reads the wall clock.
 */
@SuppressWarnings("ThreadPriorityCheck") // an idle CPU gives its core away before it parks
final class WallDriver implements CpuDriver, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(WallDriver.class);
    private static final long STALL_PARK_NS = 50_000;
    private static final long STOP_LIMIT_NS = TimeUnit.SECONDS.toNanos(5);

    private static final int MAX_BACK_OFF = 64;
    private static final Clock CLOCK = System::nanoTime;

    private final Cpu cpu;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** The creating thread until start, then the carrier. */
    private volatile Thread carrier = Thread.currentThread();

    private boolean isPolling;
    private int backOff;
    private int parksLeft;
    private volatile boolean started;
    private volatile boolean stopping;

    WallDriver(final Cpu cpu) {
        this.cpu = cpu;
    }

    @Override
    public void run() {
        carrier = Thread.currentThread();
        int emptyTurns = 0;
        while (!stopping) {
            final long now = System.nanoTime();
            if (cpu.turn(now, cpu.settings().turn())) {
                if (emptyTurns > 0 && isPolling) {
                    backOff = 0;
                }
                emptyTurns = 0;
            } else {
                cpu.idle(now);
                relax(emptyTurns++);
            }
        }
        terminate();
        ended.countDown();
    }

    /**
     * Polls for a while, then parks. Polling that ended in a park burnt a core for nothing, and where carriers share cores it keeps
     * from running who would bring the work: the next 1, 2, 4 .. 64 idle times then park at once, until polling meets work again.
     */
    private void relax(final int emptyTurns) {
        if (emptyTurns == 0) {
            isPolling = parksLeft == 0;
            parksLeft = Math.max(0, parksLeft - 1);
        }
        if (isPolling && emptyTurns < cpu.settings().spins()) {
            Thread.onSpinWait();
        } else if (isPolling
                && emptyTurns - cpu.settings().spins() < cpu.settings().yields()) {
            Thread.yield();
        } else {
            if (isPolling) {
                isPolling = false;
                backOff = Math.min(MAX_BACK_OFF, Math.max(1, 2 * backOff));
                parksLeft = backOff;
            }
            sleep();
        }
    }

    /** Parks unless something has come between the last look and the announcement that this CPU sleeps. */
    private void sleep() {
        if (!cpu.prepareSleep()) {
            return;
        }
        if (!stopping) {
            final long next = cpu.nextDeadlineNs();
            if (next == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, next - System.nanoTime());
            }
        }
        if (cpu.crossbar().awake()) {
            cpu.woken();
        }
    }

    private void terminate() {
        cpu.akka().terminate();
        final long limit = System.nanoTime() + STOP_LIMIT_NS;
        while (!cpu.akka().isTerminated()) {
            if (System.nanoTime() - limit > 0) {
                LOG.warn("cpu {}: actors did not end within {} ns, left behind", cpu.id(), STOP_LIMIT_NS);
                return;
            }
            if (!cpu.turn(System.nanoTime(), cpu.settings().turn())) {
                LockSupport.parkNanos(this, STALL_PARK_NS);
            }
        }
    }

    @Override
    public Clock clock() {
        return CLOCK;
    }

    @Override
    public boolean onCarrier() {
        return Thread.currentThread() == carrier;
    }

    @Override
    public int throughput() {
        return cpu.settings().throughput();
    }

    @Override
    public boolean isVirtual() {
        return false;
    }

    @Override
    public void ipi() {
        LockSupport.unpark(carrier);
    }

    @Override
    public void due(final long dueNs) {}

    @Override
    public void stall(final int round) {
        if (round < cpu.settings().spins()) {
            Thread.onSpinWait();
        } else if (round - cpu.settings().spins() < cpu.settings().yields()) {
            Thread.yield();
        } else {
            LockSupport.parkNanos(this, STALL_PARK_NS);
        }
    }

    @Override
    public void charge(final long ns) {}

    @Override
    public void taken(final CpuThread thread, final Object message) {}

    @Override
    public void switched(final CpuThread to) {}

    @Override
    public void copied(final int bytes) {}

    @Override
    public long ringNs() {
        return 0;
    }

    @Override
    public long hopNs() {
        return 0;
    }

    @Override
    public void sentLocally() {}

    @Override
    public void start() {
        if (!started) {
            started = true;
            final Thread thread = new Thread(this, "cpu-" + cpu.id());
            thread.setDaemon(true);
            carrier = thread;
            thread.start();
        }
    }

    @Override
    public void stop() {
        stopping = true;
        if (!started) {
            terminate();
            return;
        }
        LockSupport.unpark(carrier);
        try {
            if (!ended.await(2 * STOP_LIMIT_NS, TimeUnit.NANOSECONDS)) {
                LOG.warn("cpu {} did not stop within {} ns", cpu.id(), 2 * STOP_LIMIT_NS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
