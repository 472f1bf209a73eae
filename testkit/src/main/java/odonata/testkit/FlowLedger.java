package odonata.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import odonata.actors.netisr.Partition;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * Books of every packet that a device has taken in. Packets end with the number that {@link #packet} gives.
 *
 * <ul>
 *   <li>I40: both directions have one hash; the bucket that a packet has with whoever serves it is that of its flow; one version
 *       of the map says the same on all members.
 *   <li>I41: a packet is served by the CPU that the server's own version of the map names as the owner, or as the one that still hands
 *       over; once a later owner has served a bucket no earlier one does; the packets that one device has taken of one
 *       direction of a flow are served in that order, unless the device's member has died; none is lost, except those that
 *       were taken by or steered to a member that died.
 *   <li>I62: each is served once, also by another CPU than the one to which it was first steered.
 * </ul>
 *
 * <p>Thread: the conductor's.
 */
public final class FlowLedger {
    private static final int NOWHERE = -1;

    private final Findings findings;
    private final FlowHash hash;
    private final IntToLongFunction versionOf;
    private final TreeMap<Long, BucketMap> maps = new TreeMap<>();
    private final List<Packet> packets = new ArrayList<>();
    private final Map<Integer, Integer> takenBy = new HashMap<>();
    private final Map<Lane, Integer> lastServed = new HashMap<>();
    private final long[] tenure = new long[BucketMap.BUCKETS];
    private final BitSet gone = new BitSet();
    private final BitSet crashed = new BitSet();
    private int served;
    private int elsewhere;
    private int excused;

    /** One direction of a flow as one device has it: what must stay in order. */
    private record Lane(FlowKey key, int device) {}

    private static final class Packet {
        private final FlowKey key;
        private final int bucket;
        private int device = NOWHERE;
        private int deviceCpu = NOWHERE;
        private int number;
        private long version;
        private int steeredTo = NOWHERE;
        private int servedBy = NOWHERE;

        Packet(final FlowKey key, final int bucket) {
            this.key = key;
            this.bucket = bucket;
        }
    }

    /**
     * Empty books.
     *
     * @param hash the flow hash in use
     * @param versionOf version of the map by which a CPU steers
     */
    public FlowLedger(final Findings findings, final FlowHash hash, final IntToLongFunction versionOf) {
        this.findings = findings;
        this.hash = hash;
        this.versionOf = versionOf;
        Arrays.fill(tenure, Long.MIN_VALUE);
    }

    /** A member has got this map. */
    public void published(final BucketMap map) {
        if (map.cpus().length == 0) {
            return;
        }
        final BucketMap known = maps.putIfAbsent(map.version(), map);
        findings.check(
                known == null || known.equals(map),
                Invariant.I40,
                "two maps of version %d: %s %s",
                map.version(),
                known,
                map);
    }

    /** The number of a packet that is made next: its last four bytes. */
    public int packet(final FlowKey key) {
        final int there = hash.hash(key.src(), key.sport(), key.dst(), key.dport());
        final int back = hash.hash(key.dst(), key.dport(), key.src(), key.sport());
        findings.check(
                there == back && there >= 0, Invariant.I40, "%s has hash %d there and %d back", key, there, back);
        final boolean hashed = key.proto() == IpProto.TCP || key.proto() == IpProto.UDP;
        packets.add(new Packet(key, hashed ? BucketMap.bucketOf(there) : Partition.UNHASHED));
        return packets.size() - 1;
    }

    /** An interrupt thread takes it out of a device of {@code cpu} and will steer it now. */
    public void taken(final int cpu, final int device, final Mbuf mbuf) {
        if (gone.get(cpu)) {
            return;
        }
        final Packet packet = packets.get(numberOf(mbuf));
        findings.check(packet.device == NOWHERE, Invariant.I41, "%s was taken twice", text(packet));
        packet.device = device;
        packet.deviceCpu = cpu;
        packet.number = takenBy.merge(device, 1, Integer::sum);
        packet.version = versionOf.applyAsLong(cpu);
        packet.steeredTo = owner(packet.version, packet.bucket);
    }

    /** A protocol thread of {@code cpu} serves it. */
    public void served(final int cpu, final Mbuf mbuf, final int bucket) {
        if (gone.get(cpu)) {
            return;
        }
        served++;
        final Packet packet = packets.get(numberOf(mbuf));
        findings.check(
                packet.servedBy == NOWHERE,
                cpu == packet.steeredTo ? Invariant.I41 : Invariant.I62,
                "%s is served again by cpu %d",
                text(packet),
                cpu);
        findings.check(
                bucket == packet.bucket, Invariant.I40, "%s has bucket %d with cpu %d", text(packet), bucket, cpu);
        elsewhere += cpu == packet.steeredTo ? 0 : 1;
        packet.servedBy = cpu;
        checkOwner(packet, cpu);
        if (packet.bucket != Partition.UNHASHED) {
            checkOrder(packet);
        }
    }

    private void checkOwner(final Packet packet, final int cpu) {
        final long version = versionOf.applyAsLong(cpu);
        final boolean owns = owner(version, packet.bucket) == cpu;
        final boolean gives = packet.bucket != Partition.UNHASHED
                && maps.containsKey(version)
                && maps.get(version).from(packet.bucket) == cpu;
        if (!owns && !gives) {
            findings.report(
                    Invariant.I41,
                    "%s is served by cpu %d, but map %d names %d",
                    text(packet),
                    cpu,
                    version,
                    owner(version, packet.bucket));
        } else if (packet.bucket != Partition.UNHASHED) {
            final long since = ownerSince(version, packet.bucket, cpu);
            findings.check(
                    since >= tenure[packet.bucket],
                    Invariant.I41,
                    "%s is served by cpu %d, owner since map %d, but one since map %d has begun",
                    text(packet),
                    cpu,
                    since,
                    tenure[packet.bucket]);
            tenure[packet.bucket] = Math.max(tenure[packet.bucket], since);
        }
    }

    /** Version that made {@code cpu} the owner, of the time of its ownership that {@code version} knows of. */
    private long ownerSince(final long version, final int bucket, final int cpu) {
        long since = Long.MIN_VALUE;
        for (final BucketMap map : maps.headMap(version, true).descendingMap().values()) {
            if (map.owner(bucket) == cpu) {
                since = map.version();
            } else if (since != Long.MIN_VALUE) {
                return since;
            }
        }
        return since;
    }

    private void checkOrder(final Packet packet) {
        final Integer before = lastServed.put(new Lane(packet.key, packet.device), packet.number);
        findings.check(
                before == null || before < packet.number || crashed.get(packet.deviceCpu),
                Invariant.I41,
                "%s is served after number %d",
                text(packet),
                before);
    }

    /** These CPUs have stopped in good order. */
    public void gone(final Collection<Integer> cpus) {
        cpus.forEach(gone::set);
    }

    /** These CPUs are dead, and what lived there is lost. */
    public void crashed(final Collection<Integer> cpus) {
        gone(cpus);
        cpus.forEach(crashed::set);
    }

    /** Nothing is left to do: what is not served must have been lost with a member. */
    public void atRest() {
        for (final Packet packet : packets) {
            if (packet.servedBy == NOWHERE && packet.device != NOWHERE) {
                final boolean may = mayBeLost(packet);
                excused += may ? 1 : 0;
                findings.check(may, Invariant.I41, "%s is lost", text(packet));
            }
        }
    }

    /** True when it was in a device of a member that died, sent to one, or passed on to one by a member that left. */
    private boolean mayBeLost(final Packet packet) {
        return crashed.get(packet.deviceCpu)
                || isIn(crashed, packet.steeredTo)
                || (isIn(gone, packet.steeredTo) && wasOwnedByACrashed(packet));
    }

    /** In the map version that it was steered by, or a later one. */
    private boolean wasOwnedByACrashed(final Packet packet) {
        return maps.tailMap(packet.version, true).values().stream()
                .anyMatch(map -> isIn(crashed, ownerIn(map, packet.bucket)));
    }

    private static boolean isIn(final BitSet cpus, final int cpu) {
        return cpu >= 0 && cpus.get(cpu);
    }

    /** CPU that owns a flow by the newest map, {@link BucketMap#NONE} before the first. */
    public int ownerNow(final FlowKey key) {
        return maps.isEmpty() ? BucketMap.NONE : maps.lastEntry().getValue().owner(BucketMap.bucketOf(hash.hash(key)));
    }

    private int owner(final long version, final int bucket) {
        final BucketMap map = maps.get(version);
        return map == null ? BucketMap.NONE : ownerIn(map, bucket);
    }

    private static int ownerIn(final BucketMap map, final int bucket) {
        return bucket == Partition.UNHASHED ? map.cpus()[0] : map.owner(bucket);
    }

    private static int numberOf(final Mbuf mbuf) {
        final int total = NetOrder.getShort(mbuf.data(), mbuf.offset() + 2);
        return NetOrder.getInt(mbuf.data(), mbuf.offset() + total - Integer.BYTES);
    }

    private static String text(final Packet packet) {
        return "packet " + packet.number + " of device " + packet.device + ", " + packet.key + ", bucket "
                + packet.bucket
                + ", steered to cpu " + packet.steeredTo + " by map " + packet.version + ", served by cpu "
                + packet.servedBy;
    }

    /** Packets that devices have taken in. */
    public long taken() {
        return packets.stream().filter(packet -> packet.device != NOWHERE).count();
    }

    /** Packets served by living CPUs, up to their death. */
    public int served() {
        return served;
    }

    /** Of those, by another CPU than the first that they were sent to. */
    public int servedElsewhere() {
        return elsewhere;
    }

    /** Packets that may be lost and are: taken by or sent to a member that died. */
    public int lost() {
        return excused;
    }
}
