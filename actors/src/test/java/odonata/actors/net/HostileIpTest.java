package odonata.actors.net;

import static odonata.actors.net.StackWorld.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.Partition;
import odonata.actors.nic.HostilePackets;
import odonata.actors.nic.LinkNic.Quality;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.DragonflyHash;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.ip.HostCache;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.IpInput;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.IpReassembly;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.ip.ReassemblyLimits;
import odonata.protocol.udp.UdpPcb;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

/** Mutated packets of all kinds through the whole input path: no exception, bounded memory, and nothing strange is sent in return. */
class HostileIpTest {
    private static final long SEED = Long.getLong("seed", 20_031_116L);
    private static final int PACKETS = Integer.getInteger("packets", 1_000_000);
    private static final int IN_A_MACHINE = Integer.getInteger("machine.packets", 60_000);
    private static final int STEP = 200;

    /** The steps of the input path one after the other, without threads. */
    @Test
    void shouldStandWhateverComesWithoutThreads() {
        final HostilePackets packets = new HostilePackets(Seed.of(SEED));
        final ReassemblyLimits limits = ReassemblyLimits.defaults();
        final PacketClassifier classifier = new PacketClassifier(new DragonflyHash());
        final IpInput input = new IpInput(odonata.protocol.ip.Ipv4Prefix.parse("10.77.77.0/24"));
        final IpReassembly reassembly = new IpReassembly(limits, (why, first) -> {});
        final HostCache cache = new HostCache();
        final Map<IpClass, Integer> seen = new EnumMap<>(IpClass.class);
        final Map<IpInput.Verdict, Integer> verdicts = new EnumMap<>(IpInput.Verdict.class);
        int wholes = 0;
        int notices = 0;
        for (int i = 0; i < PACKETS; i++) {
            final byte[] bytes = packets.next();
            final Mbuf mbuf = new Mbuf(bytes, 0, bytes.length, 5, i);
            final IpClass ipClass = PacketClassifier.classOf(classifier.classify(mbuf));
            seen.merge(ipClass, 1, Integer::sum);
            if (!ipClass.accepted()) {
                continue;
            }
            final IpInput.Verdict verdict = input.check(mbuf, false);
            verdicts.merge(verdict, 1, Integer::sum);
            if (IcmpError.mayReport(mbuf)) {
                assertThat(IcmpError.build(1, IcmpHeader.UNREACHABLE, 3, 0, mbuf))
                        .isPresent();
            }
            if (verdict != IpInput.Verdict.ACCEPT) {
                continue;
            }
            final Optional<Mbuf> whole =
                    ipClass == IpClass.FRAGMENT ? reassembly.add(mbuf, i * 1_000_000L) : Optional.of(mbuf);
            wholes += ipClass == IpClass.FRAGMENT && whole.isPresent() ? 1 : 0;
            if (whole.isPresent()
                    && PacketClassifier.classOf(classifier.classify(whole.get()))
                            .accepted()
                    && PacketChecks.transportOk(whole.get())) {
                final Optional<IcmpNotice> notice = IcmpError.notice(whole.get());
                notices += notice.isPresent() ? 1 : 0;
                notice.ifPresent(said -> cache.tooBig(said.flow().dst(), said.mtu(), said.length(), said.seq()));
                IcmpEcho.replyInPlace(whole.get());
            }
            if (reassembly.bytes() > limits.bytes() || reassembly.begun() > limits.datagrams()) {
                throw new AssertionError("packet " + i + ": " + reassembly.bytes() + " bytes");
            }
        }
        System.out.println(
                "HostileIpTest -Dseed=" + SEED + " " + seen + verdicts + " wholes=" + wholes + " notices=" + notices);
        assertThat(seen).as("every class comes").hasSize(IpClass.values().length);
        assertThat(verdicts).as("every verdict comes").hasSize(IpInput.Verdict.values().length);
        assertThat(wholes).isGreaterThan(PACKETS / 10_000);
        assertThat(notices).isGreaterThan(PACKETS / 1_000);
        assertThat(cache.size()).isPositive();
    }

    /** I40 to I47 as far as they are of IP and UDP, after each step of a machine of four CPUs in virtual time. */
    @Test
    void I40_I41_I42_I43_I46_I47_holdAfterEachStepWhateverComes() {
        try (StackWorld world = new StackWorld(4, 2, Quality.perfect(10_000_000_000L, 10_000), SEED)) {
            final BucketMap map = BucketMap.masked(1, new int[] {0, 1, 2, 3});
            world.stacks.forEach(stack -> stack.tap((cpu, mbuf, bucket) -> served(world, map, cpu, mbuf, bucket)));
            world.spread();
            final UdpUser bound = UdpUser.on(world, 1);
            bound.bind(4000);
            final UdpUser connected = UdpUser.on(world, 3);
            connected.bind(4001);
            connected.connect("10.9.9.9", 53);
            final List<UdpUser> users = List.of(bound, connected);
            final List<UdpPcb> before =
                    users.stream().map(user -> user.socket.pcb()).toList();
            final HostilePackets packets = new HostilePackets(Seed.of(SEED + 1));
            for (int i = 0; i < IN_A_MACHINE; i++) {
                world.send(packets.next());
                if (i % STEP == STEP - 1) {
                    world.conductor.runUntil(world.conductor.nowNs() + 20_000_000);
                    bound.sendToNow("10.9.9.8", 53, 10);
                    check(world, users, before);
                }
            }
            world.run();
            check(world, users, before);
            assertThat(world.sum(NetCounter.FRAG_PACKETS)).isZero();
            assertThat(world.sum(NetCounter.FRAG_BYTES)).isZero();
            assertThat(bound.received).hasSizeGreaterThan(50);
            assertThat(connected.received).hasSizeGreaterThan(5);
            assertThat(world.sum(NetCounter.ICMP_INERROR)).isPositive();
            assertThat(world.sum(NetCounter.WHOLE)).isPositive();
        }
    }

    /** I40, I41: the CPU of its hash; I47: everything else on CPU 0. */
    private static void served(
            final StackWorld world, final BucketMap map, final int cpu, final Mbuf mbuf, final int bucket) {
        final long classified =
                new PacketClassifier(world.settings.hash(), List.of(world.settings.network())).classify(mbuf);
        final IpClass ipClass = PacketClassifier.classOf(classified);
        final int wanted = ipClass.hashed() ? map.owner(BucketMap.bucketOf(PacketClassifier.hashOf(classified))) : 0;
        if (cpu != wanted || ipClass.hashed() == (bucket == Partition.UNHASHED)) {
            throw new AssertionError("seed " + SEED + ": " + ipClass + " of bucket " + bucket + " on cpu " + cpu);
        }
    }

    private static void check(final StackWorld world, final List<UdpUser> users, final List<UdpPcb> before) {
        final ReassemblyLimits limits = ReassemblyLimits.defaults();
        assertThat(world.of(0, NetCounter.FRAG_BYTES)).isLessThanOrEqualTo(limits.bytes());
        assertThat(world.of(0, NetCounter.FRAG_PACKETS)).isLessThanOrEqualTo(limits.datagrams());
        assertThat(world.sum(NetCounter.INPUT) + world.sum(NetCounter.REASSEMBLED))
                .as("seed %d: what came is served or counted as a drop", SEED)
                .isEqualTo(world.sum(NetCounter.SERVED) + world.sum(NetCounter.WHOLE) + world.drops());
        for (int i = 0; i < users.size(); i++) {
            final UdpPcb pcb = users.get(i).socket.pcb();
            assertThat(pcb).as("I46").isSameAs(before.get(i));
            for (final Netstack stack : world.stacks) {
                assertThat(stack.udp().table().all()).contains(pcb);
                assertThat(stack.udp().table().isWildcard(pcb.socket()))
                        .as("I42, I43")
                        .isEqualTo(!pcb.isConnected());
            }
            assertThat(users.get(i).socket.waiting()).isLessThanOrEqualTo(world.settings.socketBuffer());
        }
        world.answers.forEach(HostileIpTest::checkAnswer);
        world.answers.clear();
    }

    /** RFC 1122 sections 3.2.1.3, 3.2.2. */
    private static void checkAnswer(final Mbuf answer) {
        final Ipv4Header ip = new Ipv4Header().wrap(answer.data(), answer.offset(), answer.length());
        final String what = "seed " + SEED + ": "
                + Arrays.toString(
                        Arrays.copyOfRange(answer.data(), answer.offset(), answer.offset() + answer.length()));
        assertThat(ip.check() && ip.verifyChecksum() && ip.ttl() > 0).as(what).isTrue();
        assertThat(ip.isFragment() || PacketChecks.transportOk(answer)).as(what).isTrue();
        assertThat(ip.src()).as(what).isEqualTo(Ipv4Address.parse(CLUSTER));
        assertThat(Ipv4Address.isUnicast(ip.dst()) && !Ipv4Address.isLoopback(ip.dst()))
                .as(what)
                .isTrue();
        if (ip.fragmentOffset() == 0
                && ip.proto() == IpProto.ICMP
                && IcmpHeader.isError(new IcmpHeader().wrap(ip).type())) {
            final int at = ip.payloadOffset() + 8;
            final boolean aboutIcmp = answer.data()[at + 9] == IpProto.ICMP;
            final int inner = at + ((answer.data()[at] & 0xf) << 2);
            assertThat(aboutIcmp && IcmpHeader.isError(answer.data()[inner] & 0xff))
                    .as(what)
                    .isFalse();
        }
    }
}
