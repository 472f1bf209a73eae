package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import odonata.actors.testing.Bed;
import odonata.protocol.clock.Clock;

/**
 * A machine whose CPUs take their turns in every order. In a turn a CPU takes one entry of each of its rings, then runs one thread for
 * one message. The tree of choices is gone through depth first, each path from its beginning. Of orders that differ only in
 * the succession of turns which send each other nothing, one is run to its end (sleep sets).
 */
public final class Turns implements AutoCloseable {
    private static final int MOST_TURNS = 1_000;

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

    /** CPUs 0..n-1. */
    public Turns(final int cpus) {
        machine = new Machine(
                1,
                IntStream.range(0, cpus).boxed().toList(),
                Bed.settings(64, 1, 0, 0),
                (cpu, cause) -> panics.add(cause),
                Driver::new);
        settle();
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
            asleep = node.asleepAfter();
            ready = ready();
        }
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
        machine.cpu(cpu).turn(0, 1);
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
        return cpu.isRunnable()
                || !cpu.inboxIsEmpty()
                || IntStream.range(0, machine.size())
                        .mapToObj(cpu.crossbar()::ringFrom)
                        .anyMatch(ring -> ring != null && !ring.isEmpty());
    }

    @Override
    public void close() {
        machine.close();
    }

    private final class Driver implements CpuDriver {
        private final Cpu cpu;

        private Driver(final Cpu cpu) {
            this.cpu = cpu;
        }

        @Override
        public Clock clock() {
            return () -> 0;
        }

        @Override
        public boolean onCarrier() {
            return Thread.currentThread() == carrier;
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
            throw new AssertionError(cpu + " waits for room in order " + order);
        }

        @Override
        public void charge(final long ns) {}

        @Override
        public void taken(final CpuThread thread, final Class<?> kind, final boolean reply) {}

        @Override
        public void switched(final CpuThread to) {}

        @Override
        public void copied(final int bytes) {}

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
