package odonata.actors.net;

import static odonata.actors.net.StackWorld.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetSettings;
import odonata.actors.nic.LinkNic.Quality;
import odonata.actors.nic.Packets;
import odonata.actors.socket.UdpMsg;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.HostCache;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.udp.UdpPcb;
import odonata.protocol.udp.UdpPcbTable;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of 5.7, with sockets on the CPUs of a machine and a peer at the other end of a cable. */
class UdpSocketTest {
    private static final String PEER = "10.9.9.9";

    private final StackWorld world = StackWorld.of(4, 2).spread();

    @AfterEach
    void close() {
        world.close();
    }

    private void fromPeer(final int sport, final int dport, final int length) {
        world.send(Packets.udp(PEER, sport, CLUSTER, dport, new byte[length]));
        world.run();
    }

    private static Ipv4Header header(final Mbuf mbuf) {
        return new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
    }

    private static UdpHeader udp(final Mbuf mbuf) {
        return new UdpHeader().wrap(header(mbuf));
    }

    /** I43 for UDP: the block is the same on every CPU, or on none. */
    private List<UdpPcb> blocks(final UdpUser user) {
        final long socket = user.socket.pcb().socket();
        final List<List<UdpPcb>> all = world.stacks.stream()
                .map(stack -> stack.udp().table().all().stream()
                        .filter(pcb -> pcb.socket() == socket)
                        .toList())
                .distinct()
                .toList();
        assertThat(all).as("blocks of %d on every CPU", socket).hasSize(1);
        return all.get(0);
    }

    private long inWildcardTables(final UdpUser user) {
        return world.stacks.stream()
                .filter(stack ->
                        stack.udp().table().isWildcard(user.socket.pcb().socket()))
                .count();
    }

    @Nested
    class Bind {
        @Test
        void shouldTakeDatagramsOfEveryFlowWhateverCpuServesIt() {
            final UdpUser user = UdpUser.on(world, 3);
            assertThat(user.bind(4000)).isEqualTo(NetError.OK);
            for (int sport = 1000; sport < 1040; sport++) {
                fromPeer(sport, 4000, 5);
            }

            assertThat(user.received).hasSize(40).contains(PEER + ":1007 5");
            assertThat(IntStream.range(0, 4).mapToLong(cpu -> world.of(cpu, NetCounter.UDP)))
                    .allMatch(n -> n == 10);
            assertThat(blocks(user)).hasSize(1);
            assertThat(inWildcardTables(user)).isEqualTo(4);
        }

        @Test
        void shouldRefuseATakenPortOnAnyCpu() {
            assertThat(UdpUser.on(world, 1).bind(4000)).isEqualTo(NetError.OK);
            final UdpUser second = UdpUser.on(world, 2);
            assertThat(second.bind(4000)).isEqualTo(NetError.EADDRINUSE);
            assertThat(second.bind(7)).isEqualTo(NetError.EADDRINUSE);
            assertThat(second.socket.pcb().lport()).isZero();
            assertThat(second.bind(4001)).isEqualTo(NetError.OK);
            assertThat(second.bind(4002)).isEqualTo(NetError.EINVAL);
        }

        @Test
        void shouldChooseAPortThatIsFree() {
            final UdpUser first = UdpUser.on(world, 1);
            final UdpUser second = UdpUser.on(world, 1);
            assertThat(first.bind(0)).isEqualTo(NetError.OK);
            assertThat(second.bind(0)).isEqualTo(NetError.OK);

            assertThat(first.socket.pcb().lport())
                    .isBetween(UdpPcbTable.FIRST_EPHEMERAL, 65_535)
                    .isNotEqualTo(second.socket.pcb().lport());
        }

        @Test
        void shouldRefuseAnAddressThatIsNotOurs() {
            final UdpUser user = UdpUser.on(world, 1);
            assertThat(user.ask(new UdpMsg.Bind(user.socket, Ipv4Address.parse(PEER), 4000, false)))
                    .isEqualTo(NetError.EADDRNOTAVAIL);
        }

        @Test
        void shouldForgetThePortWhenTheSocketEnds() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            assertThat(user.ask(new UdpMsg.Detach(user.socket))).isEqualTo(NetError.OK);
            fromPeer(1000, 4000, 5);

            assertThat(blocks(user)).isEmpty();
            assertThat(user.received).isEmpty();
            assertThat(world.sum(NetCounter.UDP_NOPORT)).isEqualTo(1);
            assertThat(UdpUser.on(world, 0).bind(4000)).isEqualTo(NetError.OK);
        }
    }

    @Nested
    class ReusePort {
        @Test
        void shouldGiveEachFlowToOneOfTheGroupAlways() {
            final List<UdpUser> group = List.of(UdpUser.on(world, 1), UdpUser.on(world, 2), UdpUser.on(world, 2));
            for (final UdpUser user : group) {
                assertThat(user.ask(new UdpMsg.Bind(user.socket, 0, 4000, true)))
                        .isEqualTo(NetError.OK);
            }
            assertThat(UdpUser.on(world, 0).bind(4000)).isEqualTo(NetError.EADDRINUSE);
            for (int round = 0; round < 2; round++) {
                for (int sport = 1000; sport < 1030; sport++) {
                    fromPeer(sport, 4000, 1);
                }
            }

            assertThat(group.stream().mapToInt(user -> user.received.size()).sum())
                    .isEqualTo(60);
            for (final UdpUser user : group) {
                assertThat(user.received).hasSizeGreaterThan(4);
                assertThat(user.received.stream().distinct().count() * 2)
                        .as("both datagrams of a flow")
                        .isEqualTo(user.received.size());
            }
        }
    }

    @Nested
    class Connect {
        @Test
        void shouldLeaveTheWildcardTablesAndTakeThePeersDatagramsOnly() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            assertThat(user.connect(PEER, 53)).isEqualTo(NetError.OK);
            fromPeer(53, 4000, 5);
            fromPeer(54, 4000, 6);

            assertThat(user.received).containsExactly(PEER + ":53 5");
            assertThat(inWildcardTables(user)).isZero();
            assertThat(world.sum(NetCounter.UDP_NOPORT)).isEqualTo(1);
            assertThat(user.socket.pcb().laddr()).isEqualTo(Ipv4Address.parse(CLUSTER));
        }

        @Test
        void shouldSendToThePeer() {
            final UdpUser user = UdpUser.on(world, 1);
            assertThat(user.connect(PEER, 53)).isEqualTo(NetError.OK);
            assertThat(user.send(9)).isEqualTo(NetError.OK);

            assertThat(world.answers).hasSize(1);
            assertThat(Ipv4Address.format(header(world.answers.get(0)).dst())).isEqualTo(PEER);
            assertThat(udp(world.answers.get(0)).dport()).isEqualTo(53);
            assertThat(udp(world.answers.get(0)).sport())
                    .isEqualTo(user.socket.pcb().lport());
        }

        @Test
        void shouldTellTheFormsOfSendApart() {
            final UdpUser user = UdpUser.on(world, 1);
            user.bind(4000);
            assertThat(user.send(1)).isEqualTo(NetError.ENOTCONN);
            assertThat(user.connect(PEER, 53)).isEqualTo(NetError.OK);
            assertThat(user.sendTo(PEER, 53, 1)).isEqualTo(NetError.EISCONN);
            assertThat(user.connect(PEER, 53)).isEqualTo(NetError.EISCONN);
        }

        @Test
        void shouldGoBackWhenDisconnected() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            assertThat(user.ask(new UdpMsg.Disconnect(user.socket))).isEqualTo(NetError.ENOTCONN);
            user.connect(PEER, 53);
            assertThat(user.ask(new UdpMsg.Disconnect(user.socket))).isEqualTo(NetError.OK);
            fromPeer(54, 4000, 6);

            assertThat(user.received).hasSize(1);
            assertThat(inWildcardTables(user)).isEqualTo(4);
            assertThat(blocks(user)).containsExactly(user.socket.pcb());
        }

        @Test
        void shouldRefuseWhatCanBeNoPeer() {
            final UdpUser user = UdpUser.on(world, 3);
            assertThat(user.connect("0.0.0.0", 53)).isEqualTo(NetError.EADDRNOTAVAIL);
            assertThat(user.connect("224.0.0.1", 53)).isEqualTo(NetError.EADDRNOTAVAIL);
            assertThat(user.connect(PEER, 0)).isEqualTo(NetError.EADDRNOTAVAIL);
        }

        /** Buckets move to one CPU: the connected socket is found there too. */
        @Test
        void shouldBeFoundWhereverItsBucketIs() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            user.connect(PEER, 53);
            for (int owner = 0; owner < 4; owner++) {
                world.apply(StackWorld.all(10 + owner, 4, owner, BucketMap.NONE))
                        .run();
                fromPeer(53, 4000, 5);
                assertThat(user.received).hasSize(owner + 1);
            }
        }
    }

    @Nested
    class Send {
        /** I46, R43. */
        @Test
        void I46_sendtoLeavesTheControlBlockAsItIs() {
            final UdpUser user = UdpUser.on(world, 1);
            user.bind(4000);
            final UdpPcb before = user.socket.pcb();
            final List<UdpPcb> entered = blocks(user);
            for (int fport = 1; fport < 20; fport++) {
                assertThat(user.sendTo(PEER, fport, 10)).isEqualTo(NetError.OK);
            }

            assertThat(world.answers).hasSize(19);
            assertThat(user.socket.pcb()).isSameAs(before);
            assertThat(blocks(user)).isEqualTo(entered);
            assertThat(world.sum(NetCounter.UDP_OUTPUT)).isEqualTo(19);
        }

        @Test
        void shouldRefuseWhatNoDatagramCanBe() {
            final UdpUser user = UdpUser.on(world, 1);
            assertThat(user.sendTo(PEER, 53, 1)).isEqualTo(NetError.EINVAL);
            user.bind(4000);
            assertThat(user.sendTo(PEER, 0, 1)).isEqualTo(NetError.EINVAL);
            assertThat(user.sendTo(PEER, 53, 65_507)).isEqualTo(NetError.OK);
            assertThat(user.sendTo(PEER, 53, 65_508)).isEqualTo(NetError.EMSGSIZE);
        }

        /** What is for this system itself needs no wire. */
        @Test
        void shouldReachASocketOfThisSystem() {
            final UdpUser server = UdpUser.on(world, 1);
            final UdpUser client = UdpUser.on(world, 3);
            server.bind(4000);
            client.bind(5000);
            final List<String> seen = new ArrayList<>();
            world.stacks.forEach(stack ->
                    stack.tapDevices((device, mbuf, unsummed, nowNs) -> seen.add(device + " " + mbuf.length())));
            client.sendTo(CLUSTER, 4000, 3);
            client.sendTo("127.0.0.1", 4000, 4);

            assertThat(server.received).containsExactly(CLUSTER + ":5000 3", "127.0.0.1:5000 4");
            assertThat(world.answers).isEmpty();
            assertThat(world.sum(NetCounter.OUTPUT_LOOPBACK)).isEqualTo(2);
            assertThat(seen).containsExactlyInAnyOrder("lo0 31", "lo0 32");
        }
    }

    @Nested
    class ToMany {
        /** I47. */
        @Test
        void shouldGiveABroadcastToEverySocketOfThePort() {
            final UdpUser one = UdpUser.on(world, 1);
            final UdpUser two = UdpUser.on(world, 2);
            one.ask(new UdpMsg.Bind(one.socket, 0, 67, true));
            two.ask(new UdpMsg.Bind(two.socket, 0, 67, true));
            world.send(Packets.udp("0.0.0.0", 68, "255.255.255.255", 67, new byte[3]));
            world.send(Packets.udp(PEER, 68, "10.77.77.255", 67, new byte[4]));
            world.run();

            assertThat(one.received).containsExactly("0.0.0.0:68 3", PEER + ":68 4");
            assertThat(two.received).isEqualTo(one.received);
            assertThat(world.of(0, NetCounter.MULTICAST)).isEqualTo(2);
        }

        @Test
        void shouldGiveAMulticastToWhoHasJoined() {
            final UdpUser member = UdpUser.on(world, 1);
            final UdpUser other = UdpUser.on(world, 2);
            member.ask(new UdpMsg.Bind(member.socket, 0, 5353, true));
            other.ask(new UdpMsg.Bind(other.socket, 0, 5353, true));
            final int group = Ipv4Address.parse("224.0.0.251");
            assertThat(member.ask(new UdpMsg.Join(member.socket, group))).isEqualTo(NetError.OK);
            assertThat(member.ask(new UdpMsg.Join(member.socket, group))).isEqualTo(NetError.EADDRINUSE);
            assertThat(member.ask(new UdpMsg.Join(member.socket, 1 << 24))).isEqualTo(NetError.EINVAL);
            world.send(Packets.udp(PEER, 9, "224.0.0.251", 5353, new byte[3]));
            world.run();
            assertThat(member.ask(new UdpMsg.Leave(member.socket, group))).isEqualTo(NetError.OK);
            assertThat(member.ask(new UdpMsg.Leave(member.socket, group))).isEqualTo(NetError.EADDRNOTAVAIL);
            world.send(Packets.udp(PEER, 9, "224.0.0.251", 5353, new byte[3]));
            world.run();

            assertThat(member.received).hasSize(1);
            assertThat(other.received).isEmpty();
            assertThat(world.sum(NetCounter.UDP_NOPORTBCAST)).isEqualTo(1);
        }

        /** RFC 1122 section 3.2.2; and no service answers a broadcast. */
        @Test
        void shouldAnswerABroadcastWithNothing() {
            world.send(Packets.udp(PEER, 9, "10.77.77.255", 4444, new byte[3]));
            world.send(Packets.udp(PEER, 9, "255.255.255.255", 7, new byte[3]));
            world.run();

            assertThat(world.answers).isEmpty();
            assertThat(world.sum(NetCounter.UDP_NOPORTBCAST)).isEqualTo(2);
        }
    }

    /** R35: "hybrid IPS". */
    @Nested
    class RoundRobin {
        @Test
        void shouldSpreadOneFlowOverAllCpusAndFindItsSocketOnEach() {
            final NetSettings inTurn =
                    NetSettings.from(ConfigFactory.parseString("net { udp-spread = round-robin, ident-seed = 1 }")
                            .withFallback(ConfigFactory.defaultReference(NetSettings.class.getClassLoader())));
            try (StackWorld other =
                    new StackWorld(4, 2, Quality.perfect(10_000_000_000L, 10_000), 1, inTurn).spread()) {
                final UdpUser user = UdpUser.on(other, 3);
                user.bind(4000);
                user.connect(PEER, 53);
                for (int i = 0; i < 40; i++) {
                    other.send(Packets.udp(PEER, 53, CLUSTER, 4000, new byte[5]));
                }
                other.run();

                assertThat(user.received).hasSize(40);
                assertThat(IntStream.range(0, 4).mapToLong(cpu -> other.of(cpu, NetCounter.UDP)))
                        .allMatch(n -> n == 10);
            }
        }
    }

    @Nested
    class TheBuffer {
        @Test
        void shouldHoldSoManyDatagramsAndCountTheRest() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            user.deaf = true;
            for (int i = 0; i < world.settings.socketBuffer() + 10; i++) {
                world.send(Packets.udp(PEER, 53, CLUSTER, 4000, new byte[8]));
            }
            world.run();

            assertThat(user.socket.waiting()).isEqualTo(world.settings.socketBuffer());
            assertThat(world.of(3, NetCounter.UDP_FULLSOCK)).isEqualTo(10);
        }

        @Test
        void shouldHoldSoManyBytesAndCountTheRest() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            user.deaf = true;
            for (int i = 0; i < 100; i++) {
                world.send(Packets.udp(PEER, 53, CLUSTER, 4000, new byte[60_000]));
            }
            world.run();

            assertThat(user.socket.waiting()).isEqualTo((int) (world.settings.socketBytes() / 60_028));
            assertThat(world.of(3, NetCounter.UDP_FULLSOCK)).isEqualTo(100 - user.socket.waiting());
        }
    }

    @Nested
    class Checksum {
        /** RFC 768: none is none. */
        @Test
        void shouldTakeADatagramWithoutOne() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            final byte[] packet = Packets.udp(PEER, 53, CLUSTER, 4000, new byte[] {1, 2, 3});
            packet[26] = 0;
            packet[27] = 0;
            world.send(packet);
            world.run();

            assertThat(user.received).hasSize(1);
            assertThat(world.sum(NetCounter.UDP_NOSUM)).isEqualTo(1);
        }
    }

    /** RFC 1122 section 4.1.3.3, RFC 5927. */
    @Nested
    class IcmpErrors {
        private void error(final int type, final int code, final int mtu, final Mbuf about) {
            final byte[] error = IcmpError.build(Ipv4Address.parse("10.1.1.1"), type, code, mtu, about)
                    .orElseThrow();
            world.send(error);
            world.run();
        }

        @Test
        void shouldTellAConnectedSocketThatNobodyListens() {
            final UdpUser user = UdpUser.on(world, 1);
            user.connect(PEER, 53);
            user.send(9);
            error(IcmpHeader.UNREACHABLE, IcmpHeader.PORT_UNREACHABLE, 0, world.answers.get(0));

            assertThat(user.send(9)).isEqualTo(NetError.ECONNREFUSED);
            assertThat(user.send(9)).isEqualTo(NetError.OK);
            assertThat(world.of(0, NetCounter.ICMP_INERROR)).isEqualTo(1);
        }

        @Test
        void shouldNotTellASocketWithoutAPeer() {
            final UdpUser user = UdpUser.on(world, 1);
            user.bind(4000);
            user.sendTo(PEER, 53, 9);
            error(IcmpHeader.UNREACHABLE, IcmpHeader.PORT_UNREACHABLE, 0, world.answers.get(0));

            assertThat(user.socket.error()).isEqualTo(NetError.OK);
        }

        @Test
        void shouldNotBelieveWhatMatchesNoEndpoint() {
            final UdpUser user = UdpUser.on(world, 1);
            user.connect(PEER, 53);
            error(
                    IcmpHeader.UNREACHABLE,
                    IcmpHeader.PORT_UNREACHABLE,
                    0,
                    Mbuf.of(Packets.udp(CLUSTER, user.socket.pcb().lport(), PEER, 54, new byte[9])));
            error(
                    IcmpHeader.UNREACHABLE,
                    IcmpHeader.FRAGMENTATION_NEEDED,
                    500,
                    Mbuf.of(Packets.udp(CLUSTER, 1, PEER, 54, new byte[900])));
            error(
                    IcmpHeader.UNREACHABLE,
                    IcmpHeader.FRAGMENTATION_NEEDED,
                    500,
                    Mbuf.of(Packets.udp("10.1.1.9", 1, PEER, 54, new byte[900])));

            assertThat(user.socket.error()).isEqualTo(NetError.OK);
            assertThat(world.sum(NetCounter.ICMP_BADQUOTE)).isEqualTo(2);
            assertThat(world.sum(NetCounter.NOT_LOCAL)).isEqualTo(1);
            assertThat(world.sum(NetCounter.PMTU_LOWERED)).isZero();
        }

        /** RFC 1191: the owner of the flow learns it; the next datagram is cut for the path. */
        @Test
        void shouldCutForThePathThatARouterTold() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            user.sendTo(PEER, 53, 1400);
            error(IcmpHeader.UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, 600, world.answers.get(0));
            world.answers.clear();
            user.sendTo(PEER, 53, 1400);

            assertThat(world.answers).hasSize(3).allMatch(piece -> piece.length() <= 600);
            assertThat(world.of(3, NetCounter.PMTU_LOWERED)).isEqualTo(1);
            assertThat(world.of(3, NetCounter.FRAGMENTED)).isEqualTo(1);
            assertThat(world.of(3, NetCounter.OUT_FRAGMENTS)).isEqualTo(3);
        }

        @Test
        void shouldRefuseADatagramThatIsNotToBeCut() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            user.socket.dontFragment(true);
            assertThat(user.sendTo(PEER, 53, 1400)).isEqualTo(NetError.OK);
            error(IcmpHeader.UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, 600, world.answers.get(0));

            assertThat(user.sendTo(PEER, 53, 573)).isEqualTo(NetError.EMSGSIZE);
            assertThat(user.sendTo(PEER, 53, 572)).isEqualTo(NetError.OK);
            assertThat(header(world.answers.get(1)).dontFragment()).isTrue();
        }

        @Test
        void shouldNotBeMadeToSendSmallerPacketsThanTheLeast() {
            final UdpUser user = UdpUser.on(world, 3);
            user.bind(4000);
            user.sendTo(PEER, 53, 1400);
            error(IcmpHeader.UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, 1, world.answers.get(0));
            world.answers.clear();
            user.sendTo(PEER, 53, HostCache.MIN_MTU - 28);

            assertThat(world.answers).hasSize(1);
            assertThat(header(world.answers.get(0)).proto()).isEqualTo(IpProto.UDP);
        }
    }
}
