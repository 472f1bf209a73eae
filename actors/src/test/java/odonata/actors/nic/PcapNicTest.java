package odonata.actors.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import odonata.protocol.flow.FlowHashes;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.pcap.LinkType;
import odonata.protocol.pcap.PcapException;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapReader;
import odonata.protocol.pcap.PcapWriter;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapNicTest {
    private static final int CLUSTER = Ipv4Address.parse("10.77.77.1");

    @TempDir
    private Path dir;

    private Path file;

    @BeforeEach
    void write() {
        file = dir.resolve("in.pcap");
        try (PcapWriter writer = PcapWriter.create(file, LinkType.ETHERNET, PcapWriter.Resolution.NANOS)) {
            writer.write(1, Mbuf.of(Packets.udp("1.2.3.4", 1111, "5.6.7.8", 53, new byte[33])));
            writer.write(2, Mbuf.of(Packets.udp("5.6.7.8", 53, "1.2.3.4", 1111, new byte[7])));
            writer.write(3, Mbuf.of(Packets.tcp("9.9.9.9", 80, "5.6.7.8", 2000, 100)));
        }
    }

    private PcapNic open(final int rounds, final AddressRewrite rewrite) {
        return PcapNic.open(5, file, Ipv4Prefix.ALL, rounds, rewrite, Optional.of(dir.resolve("out.pcap")));
    }

    @Test
    void shouldGiveEveryPacketOfEveryRoundInOrder() {
        final PcapNic nic = open(2, AddressRewrite.none());
        final List<Mbuf> got = new ArrayList<>();

        assertThat(nic.receive(got::add, 4, 77)).isEqualTo(4);
        assertThat(nic.receive(got::add, 4, 78)).isEqualTo(2);

        assertThat(got).extracting(Mbuf::length).containsExactly(61, 35, 140, 61, 35, 140);
        assertThat(got).extracting(Mbuf::rcvif).containsOnly(5);
        assertThat(nic.finished()).isTrue();
        assertThat(nic.counters().ipackets()).isEqualTo(6);
    }

    @Test
    void shouldRewriteAddressesAndKeepChecksumsRight() {
        final PcapNic nic = open(1, new AddressRewrite(Set.of(Ipv4Address.parse("5.6.7.8")), CLUSTER));
        final List<Mbuf> got = new ArrayList<>();
        nic.receive(got::add, 10, 0);

        final PacketClassifier classifier = new PacketClassifier(FlowHashes.byName("dragonfly", 0));
        assertThat(got)
                .extracting(mbuf -> PacketClassifier.classOf(classifier.classify(mbuf)))
                .containsExactly(IpClass.UDP, IpClass.UDP, IpClass.TCP);
        assertThat(got).allMatch(PacketChecks::transportOk);
        assertThat(got)
                .extracting(mbuf -> header(mbuf).dst())
                .containsExactly(CLUSTER, Ipv4Address.parse("1.2.3.4"), CLUSTER);
        assertThat(got)
                .extracting(mbuf -> header(mbuf).src())
                .containsExactly(Ipv4Address.parse("1.2.3.4"), CLUSTER, Ipv4Address.parse("9.9.9.9"));
    }

    @Test
    void shouldCaptureWhatIsSent() {
        final PcapNic nic = open(1, AddressRewrite.none());
        nic.transmit(Mbuf.of(Packets.udp("1.1.1.1", 1, "2.2.2.2", 2, new byte[5])), 123_456_789);
        nic.close();

        try (PcapReader reader = PcapReader.open(dir.resolve("out.pcap"))) {
            final List<PcapPacket> frames = reader.stream().toList();
            assertThat(frames).hasSize(1);
            assertThat(frames.get(0).timestampNs()).isEqualTo(123_456_789);
            assertThat(frames.get(0).ip().orElseThrow().length()).isEqualTo(33);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithTheFile() {
        file = dir.resolve("none.pcap");

        assertThatThrownBy(() -> open(1, AddressRewrite.none()))
                .isInstanceOf(PcapException.class)
                .hasMessageContaining("none.pcap")
                .hasMessageContaining("no such file");
    }

    private static Ipv4Header header(final Mbuf mbuf) {
        return new Ipv4Header().wrap(mbuf.data(), mbuf.offset(), mbuf.length());
    }
}
