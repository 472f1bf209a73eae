package odonata.ssi.uplink;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import odonata.actors.cpu.IpiFunc;
import odonata.actors.cpu.UplinkRing;
import odonata.ssi.uplink.frame.FrameSecret;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/** A member with a real driver and uplink, whose CPUs are only rings: the test takes off what arrives. */
final class FakeMember implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();

    final Driver driver;
    final AeronUplink uplink;
    final Map<Integer, Ring> rings = new HashMap<>();
    final List<Integer> broken = new CopyOnWriteArrayList<>();

    /** The ring of a CPU, as large as the credit needs and no larger. */
    static final class Ring implements UplinkRing {
        final OneToOneConcurrentArrayQueue<Object> queue;
        /** What the agent asks of the CPU; it is for the thread that stands for the CPU. */
        final Queue<IpiFunc> functions = new ConcurrentLinkedQueue<>();

        final AtomicInteger wakes = new AtomicInteger();
        final AtomicInteger refusals = new AtomicInteger();
        final ConcurrentLinkedQueue<Long> tooLong = new ConcurrentLinkedQueue<>();

        Ring(final int capacity) {
            queue = new OneToOneConcurrentArrayQueue<>(capacity);
        }

        @Override
        public boolean offer(final Object entry) {
            if (entry instanceof IpiFunc function && !(entry instanceof Arrival)) {
                return functions.add(function);
            }
            final boolean taken = queue.offer(entry);
            if (!taken) {
                refusals.incrementAndGet();
            }
            return taken;
        }

        @Override
        public boolean offer(final Object entry, final long dueNs) {
            return offer(entry);
        }

        @Override
        public void wake() {
            wakes.incrementAndGet();
        }

        /** Does what the agent has asked; the CPU itself it is not interested in. */
        void runFunctions() {
            for (IpiFunc function = functions.poll(); function != null; function = functions.poll()) {
                function.run(null);
            }
        }

        /** Takes one arrival off, without giving its credit back; null when there is none. */
        Arrival poll() {
            return (Arrival) queue.poll();
        }

        /** Takes one arrival off and gives its credit back; null when there is none. */
        Arrival take() {
            final Arrival arrival = poll();
            if (arrival != null) {
                arrival.credit().took(arrival.number());
            }
            return arrival;
        }
    }

    FakeMember(
            final int member,
            final int firstCpu,
            final int cpus,
            final UplinkSettings settings,
            final FrameSecret secret,
            final Agent... companions) {
        driver = Driver.start(driverSettings(), "test" + NAMES.incrementAndGet() + "-" + member, 4);
        final List<LocalCpu> local = IntStream.range(firstCpu, firstCpu + cpus)
                .mapToObj(id -> {
                    final Ring ring = new Ring(settings.ringCapacity());
                    rings.put(id, ring);
                    return new LocalCpu(id, ring, new CreditPool(0), ring.tooLong::add);
                })
                .toList();
        uplink = new AeronUplink(
                        member,
                        local,
                        driver,
                        settings,
                        new AeronUplink.Endpoint("127.0.0.1", 0),
                        secret,
                        member * 7919L,
                        System::nanoTime,
                        events(broken))
                .start(companions);
    }

    /** Keeps the members to which the transport broke; an error of the agent itself as 0, which no member is. */
    static UplinkEvents events(final List<Integer> broken) {
        return new UplinkEvents() {
            @Override
            public void linkBroken(final int member) {
                broken.add(member);
            }

            @Override
            public void uplinkFailed(final Throwable cause) {
                broken.add(0);
            }
        };
    }

    static DriverSettings driverSettings() {
        final Path memory = Path.of("/dev/shm");
        final Path folder = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
        return new DriverSettings(folder, 256 << 10, 8192, Duration.ofMillis(1), Duration.ofSeconds(30));
    }

    static UplinkSettings settings(final int window, final boolean sharedMemory) {
        return new UplinkSettings(window, 8, 4 << 20, Duration.ofMillis(20), sharedMemory);
    }

    /** Defaults of reference.conf. */
    static UplinkSettings defaults() {
        return UplinkSettings.of(ConfigFactory.load());
    }

    /** Connects all of them with each other. */
    static void connect(final FakeMember... members) throws Exception {
        for (final FakeMember a : members) {
            for (final FakeMember b : members) {
                if (a != b) {
                    a.uplink.addPeer(b.uplink.address());
                }
            }
        }
        for (final FakeMember a : members) {
            final List<Integer> others = new ArrayList<>();
            for (final FakeMember b : members) {
                if (a != b) {
                    others.add(b.uplink.address().member());
                }
            }
            a.uplink.awaitConnected(others, Duration.ofMinutes(3)).get(240, TimeUnit.SECONDS);
        }
    }

    boolean offer(final int from, final int to, final Object entry) {
        return uplink.offer(from, to, entry, false);
    }

    Ring ring(final int cpu) {
        return rings.get(cpu);
    }

    @Override
    public void close() {
        uplink.close();
        driver.close();
    }
}
