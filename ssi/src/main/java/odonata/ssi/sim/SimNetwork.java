package odonata.ssi.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Machine;
import odonata.protocol.clock.Seed;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.codec.WireRegistry;

/**
 * The uplinks of all members in virtual time: delay with seeded jitter that keeps the order, a window of credit for each
 * (member, CPU), links that break when a member dies. Thread: the conductor's.
 */
public final class SimNetwork {
    private static final long RETRY_NS = 1_000;

    private final Conductor conductor;
    private final Seed seed;
    private final SimSettings settings;
    private final Map<Integer, Machine> machineOf = new HashMap<>();
    private final TreeMap<Long, SimLink> links = new TreeMap<>();
    private Fault fault = Fault.NONE;
    private Optional<PayloadCodec> codec = Optional.empty();
    private int longestBytes;

    /** A defect put in on purpose, so that tests can show that it is noticed. */
    public enum Fault {
        /** None: what a network between members must be. */
        NONE,
        /** Now and then an entry comes twice. */
        DUPLICATE,
        /** Now and then an entry is lost. */
        LOSE,
        /** Now and then an entry overtakes others. */
        REORDER
    }

    /** A network without members. */
    public SimNetwork(final Conductor conductor, final Seed seed, final SimSettings settings) {
        this.conductor = conductor;
        this.seed = seed;
        this.settings = settings;
    }

    /** From now on payloads travel as bytes, and arrive as other objects; by itself the network passes them on as they are. */
    public SimNetwork encoding(final WireRegistry registry) {
        codec = Optional.of(new PayloadCodec(registry));
        return this;
    }

    /** Puts a defect into every link from now on. */
    public void sabotage(final Fault defect) {
        fault = defect;
    }

    /** Connects a member's CPUs. */
    public SimUplink attach(final Machine machine) {
        machine.cpus().forEach(cpu -> machineOf.put(cpu.id(), machine));
        return new SimUplink(this, machine.member());
    }

    /**
     * The member is gone. What it had sent arrives up to a random point, the rest is lost, as is what was on its way to it.
     */
    public void detach(final Machine machine) {
        machine.cpus().forEach(cpu -> machineOf.remove(cpu.id()));
        links.forEach((key, link) -> {
            if (sourceOf(key) == machine.member()) {
                final long cutNs = conductor.nowNs() + seed.nextInt((int) settings.linkNs());
                conductor.at(cutNs, link::cut);
            } else if (machine.hosts(targetOf(key))) {
                link.cut();
            }
        });
    }

    /** Entries on their way or not yet taken, on all links. */
    public long underWay() {
        return links.values().stream()
                .filter(link -> !link.isCut())
                .mapToLong(SimLink::underWay)
                .sum();
    }

    /** Bytes of the longest payload that has travelled; 0 as long as none travels as bytes. */
    public int longestBytes() {
        return longestBytes;
    }

    /** Times a sender found no credit, on all links. */
    public long stalls() {
        return links.values().stream().mapToLong(SimLink::stalls).sum();
    }

    boolean offer(final int member, final Cpu from, final int targetCpu, final Object entry) {
        final SimLink link = links.computeIfAbsent(key(member, targetCpu), key -> new SimLink(settings.window()));
        if (link.hasCredit()) {
            post(
                    link,
                    targetCpu,
                    entryOf(from, entry, () -> giveBack(link, targetCpu)),
                    from.clock().nowNs());
        } else if (from.crossbar().isExecuting()) {
            link.hold(entryOf(from, entry, () -> giveBack(link, targetCpu)));
        } else {
            link.stalled();
            return false;
        }
        return true;
    }

    private SimEntry entryOf(final Cpu from, final Object entry, final Runnable taken) {
        return SimEntry.of(from, entry, this::transport, taken);
    }

    private Object transport(final Object payload) {
        if (codec.isEmpty()) {
            return payload;
        }
        final byte[] bytes = new byte[codec.get().prepare(payload)];
        longestBytes = Math.max(longestBytes, bytes.length);
        final int form = codec.get().form();
        codec.get().write(bytes, 0);
        return codec.get().read(form, bytes, 0, bytes.length);
    }

    private void post(final SimLink link, final int targetCpu, final SimEntry entry, final long nowNs) {
        final long dueNs = link.send(nowNs + settings.linkNs() + jitter());
        final boolean strikes = fault != Fault.NONE && seed.chance(0.02);
        if (strikes && fault == Fault.LOSE) {
            giveBack(link, targetCpu);
            return;
        }
        final long lateNs = strikes && fault == Fault.REORDER ? 3 * settings.linkNs() : 0;
        conductor.at(dueNs + lateNs, () -> arrive(link, targetCpu, entry));
        if (strikes && fault == Fault.DUPLICATE) {
            conductor.at(dueNs, () -> arrive(link, targetCpu, entry.copy()));
        }
    }

    private void giveBack(final SimLink link, final int targetCpu) {
        conductor.at(conductor.nowNs() + settings.linkNs(), () -> {
            link.giveBack();
            link.release().ifPresent(next -> post(link, targetCpu, next, conductor.nowNs()));
        });
    }

    private void arrive(final SimLink link, final int targetCpu, final SimEntry entry) {
        final Machine machine = machineOf.get(targetCpu);
        if (machine == null || link.isCut()) {
            return;
        }
        if (!link.deliver(entry, machine.cpu(targetCpu).uplinkRing())) {
            retry(link, targetCpu);
        }
    }

    private void retry(final SimLink link, final int targetCpu) {
        if (link.beginRetry()) {
            conductor.at(conductor.nowNs() + RETRY_NS, () -> {
                link.endRetry();
                final Machine machine = machineOf.get(targetCpu);
                if (machine != null
                        && !link.isCut()
                        && !link.drain(machine.cpu(targetCpu).uplinkRing())) {
                    retry(link, targetCpu);
                }
            });
        }
    }

    private long jitter() {
        return settings.linkJitterNs() == 0 ? 0 : seed.nextInt((int) settings.linkJitterNs());
    }

    private static long key(final int member, final int targetCpu) {
        return (long) member << 32 | targetCpu;
    }

    private static int sourceOf(final long key) {
        return (int) (key >>> 32);
    }

    private static int targetOf(final long key) {
        return (int) key;
    }
}
