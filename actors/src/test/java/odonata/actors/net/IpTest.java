package odonata.actors.net;

import static odonata.actors.net.StackWorld.CLUSTER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import odonata.actors.netisr.Ifnet;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.Packets;
import odonata.protocol.errno.NetError;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.ip.ReassemblyLimits;
import odonata.protocol.route.RouteChange;
import odonata.protocol.route.RouteTable;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** IP and ICMP of a machine, seen from the other end of a cable. */
class IpTest {
    private static final String PEER = "10.9.9.9";
    private static final int DEVICE_CPU = 2;

    private final StackWorld world = StackWorld.of(4, DEVICE_CPU).spread();

    @AfterEach
    void close() {
        world.close();
    }

    private void send(final byte... packet) {
        world.send(packet);
        world.run();
    }

    private static Ipv4Header header(final Mbuf mbuf) {
        return new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
    }

    private static IcmpHeader icmp(final Mbuf mbuf) {
        assertThat(header(mbuf).proto()).isEqualTo(IpProto.ICMP);
        return new IcmpHeader().wrap(header(mbuf));
    }

    private static byte[] echoRequest(final String src, final String dst, final int length) {
        return IcmpEcho.request(Ipv4Address.parse(src), Ipv4Address.parse(dst), 7, 1, new byte[length]);
    }

    private static byte[] withOptions(final byte[] packet, final int... options) {
        final byte[] longer = new byte[packet.length + options.length];
        System.arraycopy(packet, 0, longer, 0, 20);
        for (int i = 0; i < options.length; i++) {
            longer[20 + i] = (byte) options[i];
        }
        System.arraycopy(packet, 20, longer, 20 + options.length, packet.length - 20);
        new Ipv4Header()
                .wrap(longer, 0, longer.length)
                .headerLength(20 + options.length)
                .totalLength(longer.length)
                .putChecksum();
        return longer;
    }

    private static byte[] piece(final byte[] packet, final int from, final int to, final boolean more) {
        final byte[] piece = new byte[20 + to - from];
        System.arraycopy(packet, 0, piece, 0, 20);
        System.arraycopy(packet, 20 + from, piece, 20, to - from);
        new Ipv4Header()
                .wrap(piece, 0, piece.length)
                .totalLength(piece.length)
                .fragment(more ? Ipv4Header.MF : 0, from)
                .putChecksum();
        return piece;
    }

    private NetError route(final int askedCpu, final RouteChange<Ifnet> change) {
        final CompletableFuture<NetError> done = world.stacks.get(askedCpu).route(change);
        world.run();
        return done.join();
    }

    private List<RouteTable<Ifnet>> replicas() {
        final List<CompletableFuture<RouteTable<Ifnet>>> tables =
                world.stacks.stream().map(Netstack::routes).toList();
        world.run();
        return tables.stream().map(CompletableFuture::join).toList();
    }

    @Nested
    class Input {
        /** RFC 1122 section 3.2.1.3. */
        @Test
        void shouldDropMartiansWithoutAWord() {
            send(Packets.udp("127.0.0.1", 5, CLUSTER, 4444, new byte[3]));
            send(Packets.udp("255.255.255.255", 5, CLUSTER, 4444, new byte[3]));
            send(Packets.udp("240.1.1.1", 5, CLUSTER, 4444, new byte[3]));
            send(Packets.udp(PEER, 5, "127.0.0.1", 7, new byte[3]));
            send(Packets.udp(CLUSTER, 7, CLUSTER, 7, new byte[3]));
            send(echoRequest("10.77.77.255", CLUSTER, 8));

            assertThat(world.of(DEVICE_CPU, NetCounter.DROP_BADADDR)).isEqualTo(6);
            assertThat(world.sum(NetCounter.SERVED)).isZero();
            assertThat(world.answers).isEmpty();
        }

        /** RFC 1122 section 3.2.2.6: silently. */
        @Test
        void shouldNotAnswerAnEchoRequestToManyHosts() {
            send(echoRequest(PEER, "10.77.77.255", 8));
            send(echoRequest(PEER, "255.255.255.255", 8));
            send(echoRequest(PEER, "224.0.0.1", 8));

            assertThat(world.answers).isEmpty();
            assertThat(world.of(0, NetCounter.ICMP_BMCASTECHO)).isEqualTo(3);
        }

        /** RFC 1122 section 3.2.1.8. */
        @Test
        void shouldSkipOptionsAndRefuseSourceRoutes() {
            send(withOptions(echoRequest(PEER, CLUSTER, 8), 148, 4, 0, 0));
            send(withOptions(echoRequest(PEER, CLUSTER, 8), 131, 7, 4, 1, 2, 3, 4, 0));

            assertThat(world.answers).hasSize(2);
            assertThat(icmp(world.answers.get(1)).type()).isEqualTo(IcmpHeader.UNREACHABLE);
            assertThat(icmp(world.answers.get(1)).code()).isEqualTo(IcmpHeader.SOURCE_ROUTE_FAILED);
            assertThat(icmp(world.answers.get(0)).type()).isEqualTo(IcmpHeader.ECHO_REPLY);
            assertThat(world.sum(NetCounter.DROP_SOURCEROUTE)).isEqualTo(1);
        }

        /** RFC 1122 section 3.2.2.5. */
        @Test
        void shouldPointAtABadOption() {
            send(withOptions(echoRequest(PEER, CLUSTER, 8), 148, 4, 0, 0, 7, 40, 0, 0));

            final IcmpHeader error = icmp(world.answers.get(0));
            assertThat(error.type()).isEqualTo(IcmpHeader.PARAMETER_PROBLEM);
            assertThat(error.ident() >>> 8).isEqualTo(24);
            assertThat(world.sum(NetCounter.DROP_BADOPTIONS)).isEqualTo(1);
        }
    }

    @Nested
    class Reassembly {
        private final byte[] datagram = Packets.udp(PEER, 1000, CLUSTER, 7, new byte[3000]);

        /** RFC 1122 section 3.3.2: type 11 code 1, when the first fragment has come; by the timer, not by the next fragment. */
        @Test
        void shouldSayThatTheTimeIsUp() {
            send(piece(datagram, 0, 1480, true));
            world.conductor.runUntil(
                    world.conductor.nowNs() + ReassemblyLimits.defaults().ttlNs());
            world.run();

            assertThat(world.answers).hasSize(1);
            assertThat(icmp(world.answers.get(0)).type()).isEqualTo(IcmpHeader.TIME_EXCEEDED);
            assertThat(icmp(world.answers.get(0)).code()).isEqualTo(IcmpHeader.REASSEMBLY_TIME);
            assertThat(IcmpError.quotedFlow(world.answers.get(0)).orElseThrow().sport())
                    .isEqualTo(1000);
            assertThat(world.of(0, NetCounter.FRAGMENTS_TIMEOUT)).isEqualTo(1);
        }

        @Test
        void shouldSayNothingWithoutTheFirstFragment() {
            send(piece(datagram, 1480, 2960, true));
            world.conductor.runUntil(
                    world.conductor.nowNs() + ReassemblyLimits.defaults().ttlNs());
            world.run();

            assertThat(world.answers).isEmpty();
            assertThat(world.of(0, NetCounter.FRAGMENTS_TIMEOUT)).isEqualTo(1);
        }

        @Test
        void shouldServeNothingOfADatagramWithOverlaps() {
            world.send(piece(datagram, 0, 1480, true));
            world.send(piece(datagram, 1472, 2960, true));
            world.send(piece(datagram, 1480, 2960, true));
            world.send(piece(datagram, 2960, 3008, false));
            world.run();

            assertThat(world.answers).isEmpty();
            assertThat(world.of(0, NetCounter.FRAGMENTS_DROPPED)).isEqualTo(1);
            assertThat(world.sum(NetCounter.REASSEMBLED)).isZero();
        }
    }

    /** RFC 1122 section 3.2.2: about what no error may be sent. */
    @Nested
    class NoErrors {
        private void silent(final byte... packet) {
            final long before = world.answers.size();
            send(packet);
            assertThat(world.answers).hasSize((int) before);
            assertThat(world.sum(NetCounter.ICMP_ERROR)).isZero();
        }

        @Test
        void shouldSendNoneAboutBroadcastsAndStrangeSources() {
            silent(Packets.udp(PEER, 9, "10.77.77.255", 4444, new byte[3]));
            silent(Packets.udp("0.0.0.0", 68, "255.255.255.255", 4444, new byte[3]));
        }

        @Test
        void shouldSendNoneAboutErrors() {
            final byte[] unreachable = IcmpError.build(
                            Ipv4Address.parse(PEER),
                            IcmpHeader.UNREACHABLE,
                            IcmpHeader.PORT_UNREACHABLE,
                            0,
                            Mbuf.of(Packets.udp(CLUSTER, 4444, PEER, 9, new byte[3])))
                    .orElseThrow();
            silent(unreachable);
            silent(withOptions(unreachable, 7, 40, 0, 0));
            assertThat(world.sum(NetCounter.ICMP_OLDICMP)).isEqualTo(1);
        }

        @Test
        void shouldSendNoneAboutLaterFragments() {
            silent(withOptions(piece(Packets.udp(PEER, 9, CLUSTER, 7, new byte[100]), 8, 16, true), 7, 40, 0, 0));
            assertThat(world.sum(NetCounter.ICMP_OLDICMP)).isEqualTo(1);
        }

        @Test
        void shouldSendNoneAboutWhatIsForSomebodyElse() {
            silent(withOptions(Packets.udp(PEER, 9, "10.1.1.1", 7, new byte[3]), 7, 40, 0, 0));
        }
    }

    @Nested
    class Output {
        private static final int MTU = 600;

        /** RFC 791 section 2.3; the reply of an echo request that is longer than the link carries. */
        @Test
        void shouldCutWhatTheLinkCannotCarry() {
            assertThat(route(1, RouteChange.change(Ipv4Prefix.ALL, new Ifnet(StackWorld.DEVICE, DEVICE_CPU, MTU))))
                    .isEqualTo(NetError.OK);
            final byte[] request = echoRequest(PEER, CLUSTER, 1400);
            new Ipv4Header()
                    .wrap(request, 0, request.length)
                    .fragment(Ipv4Header.DF, 0)
                    .putChecksum();
            send(request);

            assertThat(world.answers).hasSize(3).allMatch(piece -> piece.length() <= MTU);
            assertThat(world.of(0, NetCounter.OUT_FRAGMENTS)).isEqualTo(3);
            assertThat(world.of(0, NetCounter.OUTPUT)).isEqualTo(1);
        }

        @Test
        void shouldCountWhatHasNoRoute() {
            route(1, RouteChange.delete(Ipv4Prefix.ALL));
            send(echoRequest(PEER, CLUSTER, 8));

            assertThat(world.answers).isEmpty();
            assertThat(world.of(0, NetCounter.NOROUTE)).isEqualTo(1);
        }
    }

    /** 5.9, R53, I48. */
    @Nested
    class Routes {
        private final Ipv4Prefix net = Ipv4Prefix.parse("10.8.0.0/16");
        private final Ifnet target = new Ifnet(9, 1);

        @Test
        void I48_everyReplicaHasTheChangeWhoeverAsked() {
            assertThat(route(3, RouteChange.add(net, target))).isEqualTo(NetError.OK);
            assertThat(replicas())
                    .allMatch(table -> target.equals(table.routes().get(net)));
            assertThat(route(0, RouteChange.change(net, new Ifnet(9, 2)))).isEqualTo(NetError.OK);
            assertThat(replicas().stream().distinct()).hasSize(1);
            assertThat(route(2, RouteChange.delete(net))).isEqualTo(NetError.OK);
            assertThat(replicas()).allMatch(table -> table.size() == 1);
        }

        @Test
        void I48_aChangeThatFailsOnTheFirstCpuLeavesAllUnchanged() {
            route(0, RouteChange.add(net, target));
            assertThat(route(1, RouteChange.add(net, new Ifnet(7, 0)))).isEqualTo(NetError.EEXIST);
            assertThat(route(1, RouteChange.change(Ipv4Prefix.parse("10.8.0.0/17"), target)))
                    .isEqualTo(NetError.ESRCH);
            assertThat(route(1, RouteChange.delete(Ipv4Prefix.parse("10.8.0.0/15"))))
                    .isEqualTo(NetError.ESRCH);

            assertThat(replicas())
                    .allMatch(table -> target.equals(table.routes().get(net)) && table.size() == 2);
        }

        /** Trap 22: that cannot be reported, as the replicas would differ. */
        @Test
        void shouldPanicWhenALaterCpuRefuses() {
            world.panics.add("expected");
            world.stacks.get(2).routes(RouteTable.<Ifnet>empty().with(net, target));
            world.run();
            final CompletableFuture<NetError> never = world.stacks.get(0).route(RouteChange.add(net, target));
            world.run();

            assertThat(never.getNow(NetError.EASYNC)).isNotEqualTo(NetError.OK);
            assertThat(world.panics).hasSize(2);
            assertThat(world.panics.get(1)).contains("routes of cpu 2 differ");
        }

        /** Whatever changes are asked for at once, on whatever CPU, all replicas end equal. */
        @Test
        void I48_changesFromAllCpusAtOnceLeaveEqualReplicas() {
            final List<CompletableFuture<NetError>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                final Ipv4Prefix prefix = Ipv4Prefix.parse("10." + i % 7 + ".0.0/16");
                answers.add(world.stacks.get(i % 4).route(changeOf(i, prefix)));
                world.conductor.runUntil(world.conductor.nowNs() + 300L * (i % 5));
            }
            world.run();

            assertThat(answers.stream().map(CompletableFuture::join))
                    .contains(NetError.OK, NetError.EEXIST, NetError.ESRCH);
            assertThat(replicas().stream().distinct()).hasSize(1);
        }

        private RouteChange<Ifnet> changeOf(final int i, final Ipv4Prefix prefix) {
            return switch ((i * 7919) / 13 % 3) {
                case 0 -> RouteChange.add(prefix, new Ifnet(i + 1, 0));
                case 1 -> RouteChange.change(prefix, new Ifnet(i + 1, 1));
                default -> RouteChange.delete(prefix);
            };
        }
    }
}
