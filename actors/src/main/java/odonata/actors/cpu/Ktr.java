package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.port.Msg;

/**
 * Kernel trace of one CPU: a ring of the last things that it did. A CPU that records nothing has none, and pays a test for null.
 *
 * <p>What is noted is kept as it is, so a message stays reachable until its events are overwritten. Thread: the carrier of the CPU;
 * who wants the events elsewhere takes {@link #events} there. Source: {@code ktr(9)}.
 */
public final class Ktr {
    /** Most events that a ring keeps. */
    public static final int MOST = 1 << 20;

    /** What happened. */
    public enum Kind {
        /** A thread begins to run; while another runs it preempts that. */
        RUN,
        /** It stops to run: it waits, has no message, or others shall run. */
        STOP,
        /** A thread leaves for CPU {@code other}. */
        MIGRATE,
        /** An entry of a ring, a callout or an injected function begins. */
        FUNCTION,
        /** It is over. */
        RETURN,
        /** A message was sent or passed on, to a port of CPU {@code other}. */
        SEND,
        /** A message was replied, or a sleeping thread woken, on CPU {@code other}. */
        REPLY,
        /** The thread that runs takes a message off its port, a request or a reply. */
        TAKE,
        /** A port without a thread has taken a message or a reply. */
        SERVE,
        /** The reply of a message to another member is there. */
        ARRIVE,
        /** CPU {@code other} slept and was woken by this one. */
        IPI,
        /** This CPU slept and was woken. */
        WOKEN
    }

    /**
     * One event.
     *
     * @param timeNs on the CPU's clock
     * @param subject thread, message or function; may be null
     * @param other CPU id; this one where no other is meant
     * @param originCpu where the message comes from, when it is known to other members
     * @param originId its number there; 0: it has not left its member
     */
    public record Event(long timeNs, Kind kind, Object subject, int other, int originCpu, long originId) {}

    private final Cpu cpu;
    private final int mask;
    private final long[] times;
    private final Kind[] kinds;
    private final Object[] subjects;
    private final int[] others;
    private final int[] originCpus;
    private final long[] originIds;
    private long next;

    /** An empty ring of a CPU; {@code capacity} is a power of two, at most {@link #MOST}. */
    public Ktr(final Cpu cpu, final int capacity) {
        if (capacity < 2 || capacity > MOST || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(capacity + " events: must be a power of two, 2.." + MOST);
        }
        this.cpu = cpu;
        mask = capacity - 1;
        times = new long[capacity];
        kinds = new Kind[capacity];
        subjects = new Object[capacity];
        others = new int[capacity];
        originCpus = new int[capacity];
        originIds = new long[capacity];
    }

    /** What is in the ring, the oldest first. */
    public List<Event> events() {
        final List<Event> events = new ArrayList<>();
        for (long i = lost(); i < next; i++) {
            final int at = (int) i & mask;
            events.add(new Event(times[at], kinds[at], subjects[at], others[at], originCpus[at], originIds[at]));
        }
        return events;
    }

    /** Events that were overwritten. */
    public long lost() {
        return Math.max(0, next - mask - 1);
    }

    void note(final Kind kind, final Object subject) {
        add(kind, subject, cpu.id(), 0, 0);
    }

    void note(final Kind kind, final Object subject, final int other) {
        add(kind, subject, other, 0, 0);
    }

    void noteMsg(final Kind kind, final Msg<?> msg, final int other) {
        add(kind, msg, other, msg.originCpu(), msg.originId());
    }

    private void add(final Kind kind, final Object subject, final int other, final int originCpu, final long originId) {
        final int at = (int) next & mask;
        next++;
        times[at] = cpu.clock().nowNs();
        kinds[at] = kind;
        subjects[at] = subject;
        others[at] = other;
        originCpus[at] = originCpu;
        originIds[at] = originId;
    }
}
