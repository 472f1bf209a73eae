package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.NicPort;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.codec.WireRegistry;
import odonata.ssi.sim.SimNetwork;
import odonata.ssi.sim.SimSettings;
import odonata.ssi.sim.SimUplink;

/**
 * Members with one address, and a peer that is none of them. What the peer sends comes in at a member that chance chooses, what a member sends leaves by its
 * own device. Messages between members are bytes.
 */
final class TcpCluster implements AutoCloseable {
    static final String ADDRESS = "10.0.1.1";
    static final String PEER = "10.0.2.1";
    static final LinkNic.Quality CLEAN = LinkNic.Quality.perfect(1_000_000_000L, 50_000);
    private static final int PEER_ID = 9;
    private static final int PEER_CPU = 100;
    private static final int MOST_STEPS = 30_000_000;
    private static final WireRegistry REGISTRY = WireRegistry.load();

    final Conductor conductor = Conductor.create(CostModel.defaults());
    final List<TcpMember> members = new ArrayList<>();
    final TcpMember peer;
    private final Map<Integer, SimUplink> uplinks = new HashMap<>();
    private final SimNetwork network;
    private final Seed seed;
    private final Map<Integer, Long> tookOver = new HashMap<>();
    BucketMap map;

    /** What the peer sends comes in anywhere; packets of a flow may overtake each other on the way to its owner then. */
    boolean spread = true;

    /** What the peer sends is lost. */
    boolean peerIsSilent;

    /** So many packets are lost next, of the peer's and of the members'. */
    int losesFromPeer;

    int losesToPeer;

    /** All members serve. */
    TcpCluster(
            final int members,
            final int cpus,
            final LinkNic.Quality quality,
            final SimSettings settings,
            final Seed seed) {
        this(members, members, cpus, quality, settings, seed);
    }

    /** Of which the first {@code serving} serve. */
    TcpCluster(
            final int members,
            final int serving,
            final int cpus,
            final LinkNic.Quality quality,
            final SimSettings settings,
            final Seed seed) {
        this.seed = seed;
        network = new SimNetwork(conductor, seed.split(1), settings).encoding(REGISTRY);
        for (int i = 0; i < members; i++) {
            this.members.add(new TcpMember(
                    conductor,
                    i + 1,
                    IntStream.range(i * cpus, (i + 1) * cpus).boxed().toList(),
                    ADDRESS,
                    LinkNic.Quality.perfect(1_000_000_000L, 20_000),
                    seed.split(10 + i),
                    new Progress()));
        }
        peer = new TcpMember(
                conductor,
                PEER_ID,
                List.of(PEER_CPU, PEER_CPU + 1),
                PEER,
                quality,
                seed.split(2),
                PartitionEvents.none());
        for (final TcpMember member : this.members) {
            final SimUplink uplink = network.attach(member.machine);
            this.members.stream().filter(other -> other != member).forEach(other -> uplink.addCpus(other.cpuIds));
            member.machine.connect(uplink);
            uplinks.put(member.id, uplink);
            pump(member.cable.far(), this::toPeer);
            member.machine.start();
        }
        pump(peer.cable.far(), this::fromPeer);
        peer.machine.start();
        peer.apply(BucketMap.masked(1, new int[] {PEER_CPU, PEER_CPU + 1}));
        final int[] owners = new int[BucketMap.BUCKETS];
        final int[] all = IntStream.range(0, serving * cpus).toArray();
        Arrays.setAll(owners, b -> all[b % all.length]);
        publish(new BucketMap(1, all, owners, nowhere()));
        pass(10);
    }

    private void pump(final LinkNic far, final NicPort to) {
        far.start(() -> far.receive(to, Integer.MAX_VALUE, conductor.nowNs()));
    }

    private void fromPeer(final Mbuf packet) {
        if (peerIsSilent || losesFromPeer-- > 0) {
            return;
        }
        final List<TcpMember> open =
                members.stream().filter(member -> member.alive).toList();
        (spread ? open.get(seed.nextInt(open.size())) : open.get(0)).cable.far().transmit(packet, conductor.nowNs());
    }

    private void toPeer(final Mbuf packet) {
        if (losesToPeer-- <= 0) {
            peer.cable.far().transmit(packet, conductor.nowNs());
        }
    }

    private static int[] nowhere() {
        final int[] froms = new int[BucketMap.BUCKETS];
        Arrays.fill(froms, BucketMap.NONE);
        return froms;
    }

    TcpMember member(final int index) {
        return members.get(index);
    }

    private void publish(final BucketMap next) {
        map = next;
        members.forEach(member -> member.apply(next));
    }

    /** All buckets go to the CPUs of one member, and time passes until they are there. */
    void moveAllTo(final TcpMember target) {
        beginMoveTo(target);
        settle();
    }

    /** Time passes until the buckets are where they are to go. */
    void settle() {
        pass(20);
        publish(new BucketMap(map.version() + 1, map.cpus(), map.owners(), nowhere()));
        pass(20);
    }

    /** The members are told that all buckets go to the CPUs of one of them. */
    void beginMoveTo(final TcpMember target) {
        final int[] owners = new int[BucketMap.BUCKETS];
        Arrays.setAll(owners, b -> target.cpuIds.get(b % target.cpuIds.size()));
        final int[] froms = map.owners();
        for (int b = 0; b < froms.length; b++) {
            froms[b] = froms[b] == owners[b] ? BucketMap.NONE : froms[b];
        }
        final int[] cpus = IntStream.concat(
                        IntStream.of(map.cpus()), target.cpuIds.stream().mapToInt(cpu -> cpu))
                .distinct()
                .sorted()
                .toArray();
        publish(new BucketMap(map.version() + 1, cpus, owners, froms));
    }

    /** A member that drains and has no buckets any more is not in the map. */
    void unlist(final TcpMember member) {
        final int[] rest = IntStream.of(map.cpus())
                .filter(cpu -> !member.cpuIds.contains(cpu))
                .toArray();
        publish(new BucketMap(map.version() + 1, rest, map.owners(), nowhere()));
        pass(20);
    }

    /** As a coordinator: some settled buckets get another owner, those that have been taken over are settled. */
    void moveSome(final double share) {
        final int[] owners = map.owners();
        final int[] froms = map.froms();
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            if (froms[b] != BucketMap.NONE && tookOver.getOrDefault(owners[b], 0L) >= map.version()) {
                froms[b] = BucketMap.NONE;
            }
            if (froms[b] == BucketMap.NONE && seed.chance(share)) {
                final int next = map.cpus()[seed.nextInt(map.cpus().length)];
                froms[b] = next == owners[b] ? BucketMap.NONE : owners[b];
                owners[b] = next;
            }
        }
        map = new BucketMap(map.version() + 1, map.cpus(), owners, froms);
        final BucketMap next = map;
        members.forEach(
                member -> conductor.at(conductor.nowNs() + 1 + seed.nextInt(2_000_000), () -> member.apply(next)));
    }

    /** A member is dead: the others notice, and take its buckets without what was in them. */
    void crash(final TcpMember victim) {
        victim.alive = false;
        final Set<Integer> gone = new TreeSet<>(victim.cpuIds);
        uplinks.get(victim.id).removeCpus(uplinks.get(victim.id).cpus());
        network.detach(victim.machine);
        pass(1);
        victim.machine.close();
        final List<TcpMember> rest =
                members.stream().filter(member -> member.alive).toList();
        for (final TcpMember member : rest) {
            uplinks.get(member.id).removeCpus(gone);
            member.machine.cpus().forEach(cpu -> cpu.inject(() -> cpu.hostDown(gone)));
        }
        final int[] cpus = rest.stream()
                .flatMap(member -> member.cpuIds.stream())
                .mapToInt(cpu -> cpu)
                .toArray();
        final int[] owners = map.owners();
        Arrays.setAll(owners, b -> gone.contains(owners[b]) ? cpus[b % cpus.length] : owners[b]);
        final int[] froms = map.froms();
        Arrays.setAll(froms, b -> gone.contains(froms[b]) ? BucketMap.NONE : froms[b]);
        publish(new BucketMap(map.version() + 1, cpus, owners, froms));
        pass(20);
    }

    /** Bytes of the longest message between members. */
    int longestMessage() {
        return network.longestBytes();
    }

    /** Virtual time passes. */
    void pass(final long ms) {
        conductor.runUntil(conductor.nowNs() + ms * 1_000_000);
    }

    void quiet() {
        conductor.runUntilQuiet(MOST_STEPS);
    }

    long sum(final NetCounter counter) {
        return members.stream().mapToLong(member -> member.sum(counter)).sum();
    }

    /** Connections of all live members. */
    List<TcpSocket> connections() {
        return members.stream()
                .filter(member -> member.alive)
                .flatMap(member -> member.connections().stream())
                .toList();
    }

    /** Everything is over: nothing is left in any table, and no timer runs. */
    void expectNothingLeft() {
        quiet();
        for (final TcpMember member : members) {
            if (member.alive && !member.left().isEmpty()) {
                throw new AssertionError("left on member " + member.id + ": " + member.left());
            }
        }
        if (!peer.left().isEmpty()) {
            throw new AssertionError("left at the peer: " + peer.left());
        }
        if (conductor.nextNs() != Long.MAX_VALUE || network.underWay() != 0) {
            throw new AssertionError("a timer or an entry is left: " + conductor.nextNs() + " " + network.underWay());
        }
    }

    @Override
    public void close() {
        members.stream().filter(member -> member.alive).forEach(member -> member.machine.close());
        peer.machine.close();
    }

    private final class Progress implements PartitionEvents {
        @Override
        public void applied(final int cpu, final long version) {}

        @Override
        public void tookOver(final int cpu, final long version) {
            tookOver.put(cpu, version);
        }

        @Override
        public void left(final int cpu, final long version) {}
    }
}
