package odonata.protocol.pcap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.Golden;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.wire.Hex;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.Test;

class PacketFormatTest {
    private static final FlowKey FLOW = new FlowKey(0x0a00_0001, 1024, 0x0a00_0002, 80, 6);

    private static String format(final byte... packet) {
        return PacketFormat.format(Mbuf.of(packet));
    }

    @Test
    void shouldShowTcp() {
        assertThat(format(Hex.bytes(Golden.SYN)))
                .isEqualTo("IP 10.0.0.1.1024 > 10.0.0.2.80: Flags [S], seq 16909060, win 64240, "
                        + "options [mss 1460,wscale 7,sackOK,TS val 1000 ecr 0], length 0");
        assertThat(format(Hex.bytes(Golden.DATA)))
                .isEqualTo("IP 10.0.0.1.1024 > 10.0.0.2.80: Flags [P.], seq 4294967294:1, "
                        + "ack 168496141, win 512, length 3");
    }

    @Test
    void shouldShowSackAndRareFlags() {
        final TcpSegment segment = TcpSegment.of(FLOW).flags(TcpHeader.ACK | TcpHeader.ECE | TcpHeader.CWR);
        segment.options().sack(5, 9);
        assertThat(format(segment.build())).contains("Flags [.EW], ack 0, win 65535, options [sack 1 {5:9}]");
        assertThat(format(TcpSegment.of(FLOW).build())).contains("Flags [none], win");
    }

    @Test
    void shouldShowUdpAndIcmp() {
        assertThat(format(Hex.bytes(Golden.UDP))).isEqualTo("IP 192.168.1.10.40000 > 192.168.1.20.53: UDP, length 5");
        assertThat(format(Hex.bytes(Golden.ECHO)))
                .isEqualTo("IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 4660, seq 1, length 15");
        final byte[] error = IcmpError.build(1, IcmpHeader.UNREACHABLE, 3, 0, Mbuf.of(Hex.bytes(Golden.UDP)))
                .orElseThrow();
        assertThat(format(error)).isEqualTo("IP 0.0.0.1 > 192.168.1.10: ICMP type 3 code 3, length 36");
    }

    @Test
    void shouldShowFragmentsAndOtherProtocols() {
        final byte[] packet = Hex.bytes(Golden.UDP);
        NetOrder.putShort(packet, 6, 0x2001);
        assertThat(format(packet))
                .isEqualTo("IP 192.168.1.10 > 192.168.1.20: proto 17, fragment id 0 offset 8+, length 13");
        NetOrder.putShort(packet, 6, 0);
        packet[9] = 47;
        assertThat(format(packet)).isEqualTo("IP 192.168.1.10 > 192.168.1.20: proto 47, length 13");
    }

    @Test
    void shouldShowWhatIsWrong() {
        assertThat(format(new byte[3])).isEqualTo("IP too short, length 3");
        assertThat(format(new byte[20])).isEqualTo("IP malformed, version 0, header 0, total 0, length 20");
        final byte[] tcp = Hex.bytes(Golden.DATA);
        tcp[32] = 0;
        assertThat(format(tcp)).isEqualTo("IP 10.0.0.1.1024 > 10.0.0.2.80: Flags [P.], malformed, header 0");
        final byte[] cut = Arrays.copyOf(tcp, 30);
        NetOrder.putShort(cut, 2, 30);
        assertThat(format(cut)).isEqualTo("IP 10.0.0.1 > 10.0.0.2: TCP too short, length 10");
        final byte[] options = Hex.bytes(Golden.SYN);
        options[41] = 0;
        assertThat(format(options)).contains("options [malformed], length 0");
        final byte[] udp = Hex.bytes(Golden.UDP);
        udp[25] = 99;
        assertThat(format(udp)).endsWith("UDP, length 91 (malformed)");
    }
}
