package odonata.actors.net;

import static odonata.actors.net.StackWorld.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import odonata.actors.netisr.FlowCounters;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.Packets;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NetstackTest {
    private StackWorld world = StackWorld.of(4, 2);

    @AfterEach
    void close() {
        world.close();
    }

    private static Ipv4Header header(final Mbuf mbuf) {
        return new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
    }

    private static byte[] echoRequest(final int seq) {
        return IcmpEcho.request(Ipv4Address.parse("10.9.9.9"), Ipv4Address.parse(CLUSTER), 77, seq, new byte[56]);
    }

    @Nested
    class ToTheClusterAddress {
        @Test
        void shouldAnswerPingOnCpu0ThroughTheDeviceOfAnother() {
            world.spread();
            world.send(echoRequest(1));
            world.send(echoRequest(2));
            world.run();

            assertThat(world.answers).hasSize(2);
            final Mbuf answer = world.answers.get(1);
            final Ipv4Header ip = header(answer);
            assertThat(ip.check() && ip.verifyChecksum()).isTrue();
            assertThat(ip.src()).isEqualTo(Ipv4Address.parse(CLUSTER));
            final IcmpHeader icmp = new IcmpHeader().wrap(ip);
            assertThat(icmp.type()).isEqualTo(IcmpHeader.ECHO_REPLY);
            assertThat(icmp.verifyChecksum()).isTrue();
            assertThat(icmp.seq()).isEqualTo(2);
            assertThat(world.of(0, NetCounter.ICMP_REFLECT)).isEqualTo(2);
            assertThat(world.of(0, NetCounter.OUTPUT_REMOTE)).isEqualTo(2);
            assertThat(world.of(2, NetCounter.INPUT)).isEqualTo(2);
        }

        @Test
        void shouldEchoDatagramsOnTheCpuOfTheFlow() {
            world.spread();
            for (int sport = 1000; sport < 1100; sport++) {
                world.send(Packets.udp("10.9.9.9", sport, CLUSTER, 7, new byte[] {1, 2, (byte) sport}));
            }
            world.run();

            assertThat(world.answers).hasSize(100);
            for (final Mbuf answer : world.answers) {
                final UdpHeader udp = new UdpHeader().wrap(header(answer));
                assertThat(PacketChecks.transportOk(answer)).isTrue();
                assertThat(udp.sport()).isEqualTo(7);
                assertThat(answer.data()[udp.payloadOffset() + 2]).isEqualTo((byte) udp.dport());
                assertThat(udp.payloadLength()).isEqualTo(3);
            }
            for (int cpu = 0; cpu < 4; cpu++) {
                assertThat(world.of(cpu, NetCounter.UDP_OUTPUT)).isEqualTo(25);
            }
        }

        @Test
        void shouldKeepWhatGoesToDiscard() {
            world.spread();
            world.send(Packets.udp("10.9.9.9", 1, CLUSTER, 9, new byte[20]));
            world.run();

            assertThat(world.answers).isEmpty();
            assertThat(world.sum(NetCounter.UDP)).isEqualTo(1);
            assertThat(world.sum(NetCounter.UDP_NOPORT)).isZero();
        }

        @Test
        void shouldNotEchoToAnotherEchoServer() {
            world.spread();
            world.send(Packets.udp("10.9.9.9", 7, CLUSTER, 7, new byte[20]));
            world.run();

            assertThat(world.answers).isEmpty();
        }

        @Test
        void shouldReportAnUnknownPortNotMoreOftenThanAllowed() {
            world.apply(StackWorld.all(1, 4, 1, BucketMap.NONE));
            for (int i = 0; i < 300; i++) {
                world.send(Packets.udp("10.9.9.9", 2000 + i, CLUSTER, 4444, new byte[20]));
            }
            world.run();

            assertThat(world.answers).hasSize(200);
            assertThat(IcmpError.quotedFlow(world.answers.get(0)).orElseThrow().dport())
                    .isEqualTo(4444);
            assertThat(world.of(1, NetCounter.ICMP_LIMITED)).isEqualTo(100);
            assertThat(world.of(1, NetCounter.UDP_NOPORT)).isEqualTo(300);
        }

        @Test
        void shouldAnswerNothingThatIsForSomebodyElse() {
            world.spread();
            world.send(Packets.udp("10.9.9.9", 1000, "10.1.1.1", 7, new byte[20]));
            world.send(IcmpEcho.request(1 << 24, 2 << 24, 1, 1, new byte[8]));
            world.run();

            assertThat(world.answers).isEmpty();
            assertThat(world.sum(NetCounter.NOT_LOCAL)).isEqualTo(2);
            assertThat(world.sum(NetCounter.SERVED)).isEqualTo(2);
        }
    }

    @Nested
    class OnItsWay {
        /** I41 for every flow, both directions; spread over all CPUs. */
        @Test
        void shouldServeEachFlowOnOneCpu() {
            world.spread();
            final Seed seed = Seed.of(3);
            for (int i = 0; i < 2000; i++) {
                final int flow = i % 200;
                final String host = "10.0.0." + (1 + flow);
                final int port = Seed.of(flow).nextInt(65_536);
                world.send(
                        seed.chance(0.5)
                                ? Packets.tcp(CLUSTER, 80, host, port, seed.nextInt(200))
                                : Packets.tcp(host, port, CLUSTER, 80, seed.nextInt(200)));
            }
            world.run();

            assertThat(world.sum(NetCounter.TCP)).isEqualTo(2000);
            assertThat(world.sum(NetCounter.FORWARDED)).isZero();
            assertThat(world.sum(NetCounter.FLOWS)).isEqualTo(200);
            for (int cpu = 0; cpu < 4; cpu++) {
                assertThat(world.of(cpu, NetCounter.TCP))
                        .as("cpu %d, seed 3", cpu)
                        .isPositive();
            }
        }

        @Test
        void I47_fragmentsMulticastAndOtherProtocolsAreServedOnTheLowestCpuOnly() {
            world.spread();
            world.send(Packets.udp("10.9.9.9", 5353, "224.0.0.251", 5353, new byte[20]));
            world.send(Packets.udp("10.9.9.9", 68, "255.255.255.255", 67, new byte[20]));
            world.send(Packets.udp("10.9.9.9", 68, "10.77.77.255", 67, new byte[20]));
            final byte[] gre = new byte[40];
            new Ipv4Header().wrap(gre, 0, 40).init(47, 1 << 24, 2 << 24, 40).putChecksum();
            world.send(gre);
            world.send(echoRequest(1));
            world.run();

            assertThat(world.of(0, NetCounter.MULTICAST)).isEqualTo(3);
            assertThat(world.of(0, NetCounter.OTHER)).isEqualTo(2);
            assertThat(world.sum(NetCounter.SERVED)).isEqualTo(5);
            assertThat(world.of(0, NetCounter.SERVED)).isEqualTo(5);
        }

        /** Trap 17: only the owner of the flow serves the whole datagram. */
        @Test
        void shouldServeAFragmentedDatagramOnTheCpuOfItsFlow() {
            world.spread();
            final byte[] whole = Packets.udp("10.9.9.9", 1001, CLUSTER, 7, new byte[2000]);
            for (int from = 0; from < 2008; from += 1000) {
                final int length = Math.min(1000, 2008 - from);
                final byte[] piece = new byte[20 + length];
                System.arraycopy(whole, 0, piece, 0, 20);
                System.arraycopy(whole, 20 + from, piece, 20, length);
                new Ipv4Header()
                        .wrap(piece, 0, piece.length)
                        .totalLength(piece.length)
                        .fragment(from + length < 2008 ? Ipv4Header.MF : 0, from)
                        .putChecksum();
                world.send(piece);
            }
            world.run();

            assertThat(world.of(0, NetCounter.FRAGMENTS)).isEqualTo(3);
            assertThat(world.sum(NetCounter.SERVED)).isEqualTo(3);
            assertThat(world.answers).hasSize(1);
            assertThat(header(world.answers.get(0)).totalLength()).isEqualTo(2028);
            final int owner = owner(1001);
            assertThat(owner).isNotZero();
            assertThat(world.of(owner, NetCounter.WHOLE)).isEqualTo(1);
            assertThat(world.of(owner, NetCounter.UDP_OUTPUT)).isEqualTo(1);
        }

        private int owner(final int sport) {
            final int bucket = BucketMap.bucketOf(
                    world.settings.hash().hash(Ipv4Address.parse("10.9.9.9"), sport, Ipv4Address.parse(CLUSTER), 7));
            return BucketMap.masked(1, IntStream.range(0, 4).toArray()).owner(bucket);
        }

        @Test
        void shouldCountDamageByCauseAndServeTheRest() {
            world.spread();
            final byte[] good = Packets.udp("10.9.9.9", 1000, CLUSTER, 9, new byte[100]);
            world.send(good.clone());
            damage(good, 40);
            damage(good, 10);
            damage(Packets.tcp("10.9.9.9", 1000, CLUSTER, 9, 100), 50);
            damage(echoRequest(1), 40);
            world.send(new byte[3]);
            final byte[] version = good.clone();
            version[0] = 0x65;
            world.send(version);
            world.run();

            assertThat(world.sum(NetCounter.SERVED)).isEqualTo(1);
            assertThat(world.sum(NetCounter.DROP_UDP_BADSUM)).isEqualTo(1);
            assertThat(world.sum(NetCounter.DROP_BADSUM)).isEqualTo(1);
            assertThat(world.sum(NetCounter.DROP_TCP_BADSUM)).isEqualTo(1);
            assertThat(world.sum(NetCounter.DROP_ICMP_BADSUM)).isEqualTo(1);
            assertThat(world.sum(NetCounter.DROP_TOOSHORT)).isEqualTo(1);
            assertThat(world.sum(NetCounter.DROP_BADVERS)).isEqualTo(1);
            assertThat(world.drops()).isEqualTo(6);
        }

        private void damage(final byte[] packet, final int at) {
            final byte[] bad = packet.clone();
            bad[at] ^= 0x10;
            world.send(bad);
        }

        @Test
        void shouldCountByBucketAndInterface() {
            world.spread();
            world.send(Packets.tcp("10.0.0.1", 1024, "10.0.0.2", 80, 0));
            world.send(echoRequest(1));
            world.run();

            final int owner = 0x53 & 3;
            assertThat(world.stacks.get(owner).counters().ofBucket(0x53)).isEqualTo(1);
            assertThat(world.stacks.get(owner).counters().perInterface()).containsEntry(StackWorld.DEVICE, 1L);
            assertThat(world.stacks.get(0).counters().perInterface()).containsEntry(StackWorld.DEVICE, 1L);
        }
    }

    @Nested
    class WhenNoMapIsKnown {
        @Test
        void shouldLeavePacketsInTheDevice() {
            world.send(echoRequest(1));
            world.conductor.runUntil(10_000_000);
            assertThat(world.sum(NetCounter.INPUT)).isZero();

            world.spread();
            world.run();
            assertThat(world.answers).hasSize(1);
        }
    }

    @Nested
    class ForTheSampler {
        @Test
        void shouldShowTheBusiestFlows() {
            world.spread();
            for (int flow = 1; flow <= 5; flow++) {
                for (int i = 0; i < 10 * flow; i++) {
                    world.send(Packets.tcp("10.0.0." + flow, 1000, CLUSTER, 80, 60));
                }
            }
            world.run();

            final List<FlowCounters.Top> top = world.stacks.stream()
                    .flatMap(stack -> {
                        final var answer = stack.topFlows(10);
                        world.run();
                        return answer.join().stream();
                    })
                    .toList();
            assertThat(top).hasSize(5);
            assertThat(top).anySatisfy(flow -> {
                assertThat(flow.stats().packets()).isEqualTo(50);
                assertThat(flow.stats().bytes()).isEqualTo(5000);
                assertThat(flow.key().proto()).isEqualTo(IpProto.TCP);
            });
        }

        @Test
        void shouldSayWhenTheDevicesAreEmpty() {
            world.spread();
            final var before = world.stacks.get(2).drainDevices();
            world.run();

            assertThat(before).isCompleted();
        }
    }
}
