package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import odonata.actors.testing.Bed;
import odonata.protocol.clock.Clock;

/**
 * A machine whose CPUs take their turns in every order. In a turn a CPU takes one entry of each of its rings, then runs one thread for
 * one message. The tree of choices is gone through depth first, each path from its beginning. Of orders that differ only in
 * the succession of turns which send each other nothing, one is run to its end (sleep sets).
 *
 * <p>Each CPU has a Java thread of its own, of which one runs at a time. A CPU that waits for room in a ring ends its turn there; the next
 * goes on from there.
 */
public final class Turns implements AutoCloseable {
    private static final int MOST_TURNS = 1_000;
    private static final int ROOMY = 64;

    /** A place in the tree: which CPU's turn it is. */
    private static final class Node {
        private final List<Integer> choices;

        /** CPUs whose turn need not come next, with those that it sends to. */
        private final Map<Integer, Set<Integer>> asleep;

        private int choice;
        private Set<Integer> sent = Set.of();

        private Node(final List<Integer> ready, final Map<Integer, Set<Integer>> asleep) {
            this.asleep = asleep;
            choices = ready.stream().filter(cpu -> !asleep.containsKey(cpu)).toList();
        }

        private int cpu() {
            return choices.get(choice);
        }

        /** What still sleeps after this turn: turns that send nothing to it, and to which it sends nothing. */
        private Map<Integer, Set<Integer>> asleepAfter() {
            final Map<Integer, Set<Integer>> still = new HashMap<>();
            asleep.forEach((other, sentByOther) -> {
                if (!sent.contains(other) && !sentByOther.contains(cpu())) {
                    still.put(other, sentByOther);
                }
            });
            return still;
        }

        private boolean next() {
            if (choice + 1 >= choices.size()) {
                return false;
            }
            asleep.put(cpu(), sent);
            choice++;
            return true;
        }
    }

    /** The machine. */
    public final Machine machine;

    private final List<Throwable> panics = new ArrayList<>();
    private final List<Node> path = new ArrayList<>();
    private final List<Integer> order = new ArrayList<>();
    private final Thread carrier = Thread.currentThread();
    private final boolean ringsOnly;
    private final List<Carrier> carriers = new ArrayList<>();
    private int stalls;

    /** CPUs 0..n-1. */
    public Turns(final int cpus) {
        this(cpus, ROOMY, true);
    }

    private Turns(final int cpus, final int ring, final boolean ringsOnly) {
        this.ringsOnly = ringsOnly;
        machine = new Machine(
                1,
                IntStream.range(0, cpus).boxed().toList(),
                Bed.settings(ring, 1, 0, 0),
                (cpu, cause) -> panics.add(cause),
                cpu -> new Driver(cpu, carrierOf(cpu)));
        settle();
    }

    /** CPUs that share more than rings, like the word of a token: no two turns are independent, so each order is run to its end. */
    public static Turns ofCpusThatShare(final int cpus) {
        return ofCpusThatShare(cpus, ROOMY);
    }

    /** With rings of so many entries. */
    static Turns ofCpusThatShare(final int cpus, final int ring) {
        return new Turns(cpus, ring, false);
    }

    /** Runs every order of what {@code begin} injects; {@code end} after each, when all is quiet. Returns how many there are. */
    public int explore(final Runnable begin, final Runnable end) {
        int orders = 0;
        path.clear();
        do {
            order.clear();
            begin.run();
            if (runPath()) {
                orders++;
                end.run();
            }
            settle();
        } while (nextPath());
        return orders;
    }

    /** CPUs in the order in which they have taken their turns. */
    public List<Integer> order() {
        return List.copyOf(order);
    }

    /** How often a CPU has waited for room. */
    int stalls() {
        return stalls;
    }

    /** Runs until nothing is left to do. */
    public void settle() {
        for (List<Integer> ready = ready(); !ready.isEmpty(); ready = ready()) {
            turn(ready.get(0));
        }
    }

    /** By the choices of the path, then by the first ones; false when what follows has been run in another succession. */
    private boolean runPath() {
        Map<Integer, Set<Integer>> asleep = new HashMap<>();
        List<Integer> ready = ready();
        for (int depth = 0; !ready.isEmpty(); depth++) {
            if (depth == path.size()) {
                path.add(new Node(ready, asleep));
            }
            final Node node = path.get(depth);
            if (node.choices.isEmpty()) {
                return false;
            }
            node.sent = turn(node.cpu());
            asleep = ringsOnly ? node.asleepAfter() : new HashMap<>();
            ready = ready();
        }
        assertThat(carriers).as("wait for room for ever in order %s", order).noneMatch(c -> c.waits);
        return true;
    }

    private boolean nextPath() {
        while (!path.isEmpty() && !path.get(path.size() - 1).next()) {
            path.remove(path.size() - 1);
        }
        return !path.isEmpty();
    }

    /** Answers which CPUs it has sent something to. */
    private Set<Integer> turn(final int cpu) {
        order.add(cpu);
        final long[] before = sentBy(cpu);
        carriers.get(cpu).go();
        if (!panics.isEmpty()) {
            throw new AssertionError("panic in order " + order, panics.get(0));
        }
        if (order.size() > MOST_TURNS) {
            throw new AssertionError("never quiet in order " + order);
        }
        final long[] after = sentBy(cpu);
        final Set<Integer> targets = new HashSet<>();
        for (int other = 0; other < after.length; other++) {
            if (after[other] > before[other]) {
                targets.add(other);
            }
        }
        return targets;
    }

    private long[] sentBy(final int cpu) {
        return IntStream.range(0, machine.size())
                .mapToLong(other -> other == cpu || machine.cpu(cpu).crossbar().ringTo(other) == null
                        ? 0
                        : machine.cpu(cpu).crossbar().ringTo(other).sent())
                .toArray();
    }

    private List<Integer> ready() {
        return IntStream.range(0, machine.size()).filter(this::isReady).boxed().toList();
    }

    private boolean isReady(final int id) {
        final Cpu cpu = machine.cpu(id);
        final Carrier its = carriers.get(id);
        return its.waits
                ? its.mayFindRoom()
                : cpu.isRunnable()
                        || !cpu.inboxIsEmpty()
                        || IntStream.range(0, machine.size())
                                .mapToObj(cpu.crossbar()::ringFrom)
                                .anyMatch(ring -> ring != null && !ring.isEmpty());
    }

    /** Entries sent and taken on all rings. */
    private long happened() {
        return IntStream.range(0, machine.size())
                .mapToLong(cpu -> machine.cpu(cpu).crossbar().taken()
                        + Arrays.stream(sentBy(cpu)).sum())
                .sum();
    }

    private Carrier carrierOf(final Cpu cpu) {
        final Carrier made = new Carrier(cpu);
        carriers.add(made);
        return made;
    }

    @Override
    public void close() {
        machine.close();
        carriers.forEach(Carrier::end);
    }

    /** The thread of a CPU: it runs while the test waits for the end of its turn, and the other way round. */
    private final class Carrier {
        private final Cpu cpu;
        private final Semaphore mayRun = new Semaphore(0);
        private final Semaphore hasRun = new Semaphore(0);
        private final Thread thread;
        private boolean waits;
        private boolean ended;

        /** How much had happened when it found no room, and how often it has looked in vain since. */
        private long seen;

        private int inVain;

        private Carrier(final Cpu cpu) {
            this.cpu = cpu;
            thread = new Thread(this::run, "turns of " + cpu);
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            mayRun.acquireUninterruptibly();
            while (!ended) {
                try {
                    cpu.turn(0, 1);
                } catch (final RuntimeException | Error e) {
                    panics.add(e);
                }
                handOver();
            }
            hasRun.release();
        }

        private void handOver() {
            hasRun.release();
            mayRun.acquireUninterruptibly();
        }

        /** One turn, or the rest of one. */
        private void go() {
            mayRun.release();
            hasRun.acquireUninterruptibly();
        }

        private void end() {
            ended = true;
            go();
        }

        private void stall() {
            stalls++;
            inVain = seen == happened() ? inVain + 1 : 0;
            seen = happened();
            waits = true;
            handOver();
            waits = false;
        }

        /** A second look in vain is not the same as the first: the first tells the other CPU that there is something on the ring. */
        private boolean mayFindRoom() {
            return happened() > seen || inVain < 2;
        }
    }

    private final class Driver implements CpuDriver {
        private final Cpu cpu;
        private final Carrier its;

        private Driver(final Cpu cpu, final Carrier its) {
            this.cpu = cpu;
            this.its = its;
        }

        @Override
        public Clock clock() {
            return () -> 0;
        }

        @Override
        public boolean onCarrier() {
            return Thread.currentThread() == carrier || Thread.currentThread() == its.thread;
        }

        @Override
        public int throughput() {
            return 1;
        }

        @Override
        public boolean isVirtual() {
            return false;
        }

        @Override
        public void ipi() {}

        @Override
        public void due(final long dueNs) {}

        @Override
        public void stall(final int round) {
            its.stall();
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
            return clock().nowNs();
        }

        @Override
        public long hopNs() {
            return 0;
        }

        @Override
        public void sentLocally() {}

        @Override
        public void start() {}

        @Override
        public void stop() {
            cpu.akka().terminate();
            settle();
        }
    }
}
