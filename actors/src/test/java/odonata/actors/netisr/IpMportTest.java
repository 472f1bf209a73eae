package odonata.actors.netisr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import odonata.actors.nic.Packets;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.flow.FlowHashes;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.udp.UdpDatagram;
import org.junit.jupiter.api.Test;

class IpMportTest {
    private static final int[] CPUS = {2, 3, 7, 9, 11, 12};

    private final FlowHash hash = FlowHashes.byName("dragonfly", 0);
    private final PartitionWorld world =
            new PartitionWorld(new PartitionWorld.Script(1, 0, 0, List.of(BucketMap.masked(1, CPUS)), false, -1));
    private final IpMport mport = new IpMport(partition(), hash);
    private final PacketClassifier classifier = new PacketClassifier(hash);

    private Partition partition() {
        world.cpu(0).partition.apply(BucketMap.masked(2, CPUS));
        return world.cpu(0).partition;
    }

    private IpMport registered() {
        mport.register(IpProto.TCP, IpMport.threads(Port.TCP_THREAD));
        mport.register(IpProto.UDP, IpMport.threads(Port.UDP_THREAD));
        return mport;
    }

    private Port<NetMsg> portOf(final byte[] packet) {
        final long classified = classifier.classify(Packets.mbuf(packet));
        return mport.port(PacketClassifier.classOf(classified), packet[9] & 0xff, IpMport.bucketOf(classified));
    }

    /** I40, and the reference's table: ncpus2 of the 6 CPUs carry TCP, whichever way the packet goes. */
    @Test
    void shouldSendBothDirectionsToTheSameOneOfNcpus2() {
        registered();
        final Seed seed = Seed.of(5);
        for (int i = 0; i < 20_000; i++) {
            final int src = (int) seed.nextLong() >>> 1 | 1 << 24;
            final int dst = (int) seed.nextLong() >>> 1 | 1 << 24;
            final FlowKey flow = new FlowKey(src, seed.nextInt(65536), dst, seed.nextInt(65536), IpProto.UDP);
            final Port<NetMsg> there = portOf(UdpDatagram.build(flow, new byte[3]));
            final Port<NetMsg> back = portOf(UdpDatagram.build(flow.reversed(), new byte[30]));

            assertThat(there).as("seed 5, %s", flow).isEqualTo(back);
            assertThat(there.cpu()).isIn(2, 3, 7, 9);
        }
    }

    @Test
    void shouldMeetTheTableOfTheReference() {
        registered();

        assertThat(portOf(Packets.tcp("10.0.0.1", 1024, "10.0.0.2", 80, 0))).isEqualTo(new Port<>(9, Port.TCP_THREAD));
        assertThat(portOf(Packets.tcp("192.168.1.10", 40000, "192.168.1.20", 443, 0)))
                .isEqualTo(new Port<>(3, Port.TCP_THREAD));
        assertThat(portOf(Packets.udp("1.2.3.4", 12345, "5.6.7.8", 25, new byte[1])))
                .isEqualTo(new Port<>(2, Port.UDP_THREAD));
    }

    /** I47. */
    @Test
    void shouldSendEverythingElseToTheLowestLiveCpu() {
        registered();
        final byte[] fragment = Packets.udp("1.2.3.4", 5, "5.6.7.8", 25, new byte[64]);
        new odonata.protocol.ip.Ipv4Header()
                .wrap(fragment, 0, fragment.length)
                .fragment(odonata.protocol.ip.Ipv4Header.MF, 0)
                .putChecksum();

        assertThat(portOf(fragment)).isEqualTo(new Port<>(2, Port.NETISR));
        assertThat(portOf(Packets.udp("1.2.3.4", 5, "224.0.0.251", 5353, new byte[4])))
                .isEqualTo(new Port<>(2, Port.UDP_THREAD));
        assertThat(portOf(odonata.protocol.icmp.IcmpEcho.request(
                        Ipv4Address.parse("1.2.3.4"), Ipv4Address.parse("5.6.7.9"), 1, 1, new byte[8])))
                .isEqualTo(new Port<>(2, Port.NETISR));
    }

    /** R32: generic code knows no protocol's threads. */
    @Test
    void shouldUseTheNetisrUntilAProtocolRegisters() {
        final byte[] segment = Packets.tcp("10.0.0.1", 1024, "10.0.0.2", 80, 0);

        assertThat(portOf(segment).index()).isEqualTo(Port.NETISR);
        registered();
        assertThat(portOf(segment).index()).isEqualTo(Port.TCP_THREAD);
    }

    /** R30: the socket side asks the same function. */
    @Test
    void shouldChooseTheSameBucketForASocketAsForItsPackets() {
        final byte[] segment = Packets.tcp("10.0.0.1", 1024, "10.0.0.2", 80, 0);

        assertThat(mport.bucketOf(Ipv4Address.parse("10.0.0.2"), 80, Ipv4Address.parse("10.0.0.1"), 1024))
                .isEqualTo(IpMport.bucketOf(classifier.classify(Packets.mbuf(segment))))
                .isEqualTo(0x53);
        assertThat(mport.port(IpClass.TOO_SHORT, IpProto.TCP, 0).isNone()).isTrue();
    }
}
