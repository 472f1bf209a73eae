package odonata.actors.net;

import static odonata.actors.net.StackWorld.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import odonata.actors.netisr.FlowCounters;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.Packets;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Buckets that move while packets come in, with real threads, rings and messages, in virtual time. */
class BucketMoveTest {
    private static final int CPUS = 4;
    private static final int FLOWS = 60;

    private StackWorld world = StackWorld.of(CPUS, 2);
    private final int[] sent = new int[FLOWS];
    private BucketMap map = BucketMap.masked(1, IntStream.range(0, CPUS).toArray());

    @AfterEach
    void close() {
        world.close();
    }

    /** One datagram for the echo port, with its number in its flow. */
    private void sendNext(final int flow) {
        final byte[] payload =
                ByteBuffer.allocate(8).putInt(flow).putInt(++sent[flow]).array();
        world.send(Packets.udp("10.9.8." + flow, 3000 + 7 * flow, CLUSTER, 7, payload));
    }

    /** What a coordinator does: some settled buckets get another owner; those that have been taken over are settled. */
    private void nextMap(final Seed seed, final int... cpus) {
        final int[] owners = map.owners();
        final int[] froms = map.froms();
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            if (froms[b] != BucketMap.NONE && tookOver(owners[b])) {
                froms[b] = BucketMap.NONE;
            }
            final boolean mustGo = Arrays.binarySearch(cpus, owners[b]) < 0;
            if (froms[b] == BucketMap.NONE && (mustGo || seed.chance(0.3))) {
                final int next = cpus[seed.nextInt(cpus.length)];
                froms[b] = next == owners[b] ? BucketMap.NONE : owners[b];
                owners[b] = next;
            }
        }
        map = new BucketMap(map.version() + 1, map.cpus(), owners, froms);
        applyAtOddTimes(seed);
    }

    /** Ends all moves, and lists these CPUs only. */
    private void settle(final Seed seed, final int... cpus) {
        final int[] froms = new int[BucketMap.BUCKETS];
        Arrays.fill(froms, BucketMap.NONE);
        map = new BucketMap(map.version() + 1, cpus, map.owners(), froms);
        applyAtOddTimes(seed);
    }

    private boolean tookOver(final int cpu) {
        return world.reports.contains("tookOver " + cpu + " " + map.version());
    }

    private void applyAtOddTimes(final Seed seed) {
        final BucketMap next = map;
        for (final Netstack stack : world.stacks) {
            world.conductor.at(world.conductor.nowNs() + 1 + seed.nextInt(40_000), () -> stack.apply(next));
        }
    }

    private void flood(final Seed seed, final int packets) {
        for (int i = 0; i < packets; i++) {
            final int flow = seed.nextInt(FLOWS);
            world.conductor.at(world.conductor.nowNs() + 1 + seed.nextInt(60_000), () -> sendNext(flow));
        }
    }

    private void expectEveryPacketOnce(final String why) {
        final int total = Arrays.stream(sent).sum();
        assertThat(world.sum(NetCounter.SERVED)).as(why).isEqualTo(total);
        assertThat(world.drops()).as(why).isZero();
        assertThat(world.sum(NetCounter.HELD)).as(why).isZero();
        assertThat(world.sum(NetCounter.RECEIVED))
                .as(why)
                .isEqualTo(world.sum(NetCounter.SERVED) + world.sum(NetCounter.FORWARDED));
        final Set<List<Integer>> answered = new HashSet<>();
        for (final Mbuf answer : world.answers) {
            final UdpHeader udp =
                    new UdpHeader().wrap(new Ipv4Header().wrap(answer.data(), answer.offset(), answer.length()));
            final ByteBuffer payload = ByteBuffer.wrap(answer.data(), udp.payloadOffset(), 8);
            assertThat(answered.add(List.of(payload.getInt(), payload.getInt())))
                    .as(why)
                    .isTrue();
        }
        assertThat(world.answers).as(why).hasSize(total);
    }

    /** Each flow's counters are on one CPU, complete. */
    private void expectStateComplete(final String why) {
        final Map<Integer, Long> packets = new HashMap<>();
        for (final Netstack stack : world.stacks) {
            final var top = stack.topFlows(64);
            world.run();
            for (final FlowCounters.Top flow : top.join()) {
                final int sport = flow.key().dport() == 7
                        ? flow.key().sport()
                        : flow.key().dport();
                assertThat(packets.put((sport - 3000) / 7, flow.stats().packets()))
                        .as("%s: %s on two CPUs", why, flow)
                        .isNull();
            }
        }
        for (int flow = 0; flow < FLOWS; flow++) {
            assertThat(packets.getOrDefault(flow, 0L))
                    .as("%s: flow %d", why, flow)
                    .isEqualTo(sent[flow]);
        }
    }

    @Test
    void shouldServeEveryPacketOnceWhileBucketsMove() {
        for (int round = 0; round < 12; round++) {
            final Seed seed = Seed.of(100 + round);
            final String why = "seed " + seed.origin();
            close();
            world = StackWorld.of(CPUS, 2);
            Arrays.fill(sent, 0);
            map = BucketMap.masked(1, IntStream.range(0, CPUS).toArray());
            world.apply(map).run();
            for (int move = 0; move < 6; move++) {
                flood(seed, 150);
                nextMap(seed, 0, 1, 2, 3);
                world.conductor.runUntil(world.conductor.nowNs() + seed.nextInt(80_000));
            }
            world.run();

            expectEveryPacketOnce(why);
            expectStateComplete(why);
            assertThat(world.sum(NetCounter.FLOWS_GIVEN)).as(why).isPositive();
            assertThat(world.sum(NetCounter.FLOWS_TAKEN)).as(why).isEqualTo(world.sum(NetCounter.FLOWS_GIVEN));
            assertThat(world.sum(NetCounter.HOLDS)).as(why).isPositive();
        }
    }

    @Test
    void shouldLetACpuGiveAwayAllAndLeave() {
        final Seed seed = Seed.of(7);
        world.apply(map).run();
        flood(seed, 400);
        nextMap(seed, 1, 2, 3);
        world.conductor.runUntil(world.conductor.nowNs() + 50_000);
        flood(seed, 200);
        world.run();
        while (IntStream.of(map.owners()).anyMatch(owner -> owner == 0)) {
            nextMap(seed, 1, 2, 3);
            world.run();
        }
        flood(seed, 200);
        settle(seed, 1, 2, 3);
        world.run();

        expectEveryPacketOnce("seed 7");
        expectStateComplete("seed 7");
        assertThat(world.reports).contains("left 0 " + map.version());
        assertThat(world.of(0, NetCounter.FLOWS)).isZero();
        final long before = world.of(0, NetCounter.RECEIVED);
        world.send(IcmpEcho.request(1 << 24, Ipv4Address.parse(CLUSTER), 1, 1, new byte[8]));
        flood(seed, 50);
        world.run();
        assertThat(world.of(0, NetCounter.RECEIVED)).isEqualTo(before);
        assertThat(world.of(1, NetCounter.ICMP_REFLECT)).isEqualTo(1);
    }

    /** What the barrier promises is what hand-over and leaving rely on. */
    @Test
    void I49_nothingMovesWhileTheBarrierHasNotPassedEveryCpu() {
        world.apply(StackWorld.all(1, CPUS, 0, BucketMap.NONE)).run();
        for (int flow = 0; flow < FLOWS; flow++) {
            sendNext(flow);
        }
        world.run();
        final BucketMap next = StackWorld.all(2, CPUS, 1, 0);
        List.of(0, 1, 2).forEach(cpu -> world.stacks.get(cpu).apply(next));
        world.run();
        for (int flow = 0; flow < FLOWS; flow++) {
            sendNext(flow);
        }
        world.run();
        assertThat(world.of(1, NetCounter.HELD)).isEqualTo(FLOWS);
        assertThat(world.sum(NetCounter.FLOWS_GIVEN)).isZero();

        world.stacks.get(3).apply(next);
        world.run();

        expectEveryPacketOnce("without seed");
        assertThat(world.of(1, NetCounter.UDP)).isEqualTo(FLOWS);
        assertThat(world.of(1, NetCounter.FLOWS_TAKEN)).isEqualTo(FLOWS);
    }

    /** Same seed, same trace. */
    @Test
    void shouldRunTheSameTwice() {
        final long[] hashes = new long[2];
        for (int run = 0; run < 2; run++) {
            final Seed seed = Seed.of(5);
            close();
            world = StackWorld.of(CPUS, 2);
            map = BucketMap.masked(1, IntStream.range(0, CPUS).toArray());
            world.apply(map).run();
            flood(seed, 300);
            nextMap(seed, 0, 1, 2, 3);
            world.run();
            hashes[run] = world.conductor.traceHash();
        }

        assertThat(hashes[0]).isEqualTo(hashes[1]);
    }
}
