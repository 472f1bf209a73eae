package odonata.node.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.ip.IpIdent;
import odonata.protocol.ip.IpOutput;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpSegment;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real tshark says of a capture: every kind of packet that passes a device, checksums looked at. */
@Tag("slow")
class CaptureInTsharkTest {
    private static final int HERE = Ipv4Address.parse("10.77.77.1");
    private static final int THERE = Ipv4Address.parse("10.77.77.2");
    private static final FlowKey IN = new FlowKey(THERE, 40_000, HERE, 80, IpProto.TCP);
    private static final FlowKey OUT = new FlowKey(HERE, 80, THERE, 40_000, IpProto.TCP);
    private static final List<String> CHECKED =
            List.of("-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE");

    private final CaptureBuffer buffer =
            new CaptureBuffer(new CaptureRequest(null, null, null, null, null), 1_790_000_000_000_000_000L, 1 << 20);
    private long nowNs;

    private void passes(final byte[] packet, final boolean unsummed) {
        nowNs += 1_234_567;
        buffer.passes("tun0", Mbuf.of(packet), unsummed, nowNs);
    }

    private static String tshark(final Path file, final String... more) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of("tshark", "-r", file.toString()));
        command.addAll(CHECKED);
        command.addAll(List.of(more));
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out;
    }

    private static boolean hasTshark() throws InterruptedException {
        try {
            return new ProcessBuilder("tshark", "-v")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static TcpSegment segment(final FlowKey flow, final int seq, final int ack, final int flags) {
        return TcpSegment.of(flow).seq(seq).ack(ack).flags(flags).window(60_000);
    }

    private static byte[] syn(final FlowKey flow, final int seq, final int ack, final int flags) {
        final TcpSegment syn = segment(flow, seq, ack, flags);
        syn.options().mss(1460).sackPermitted().timestamps(1, ack == 0 ? 0 : 1).windowScale(7);
        return syn.build();
    }

    private static byte[] text(final FlowKey flow, final int seq, final int ack, final int flags, final int length) {
        final TcpSegment segment = segment(flow, seq, ack, flags);
        segment.options().timestamps(2, 1);
        return segment.payload(new byte[length]).build();
    }

    private void passConversation() {
        final int psh = TcpHeader.ACK | TcpHeader.PSH;
        passes(syn(IN, 1_000, 0, TcpHeader.SYN), false);
        passes(syn(OUT, 5_000, 1_001, TcpHeader.SYN | TcpHeader.ACK), false);
        passes(text(IN, 1_001, 5_001, TcpHeader.ACK, 0), false);
        passes(text(IN, 1_001, 5_001, psh, 100), false);
        final TcpSegment urgent = segment(IN, 1_101, 5_001, psh | TcpHeader.URG).urgent(3);
        urgent.options().timestamps(3, 1);
        passes(urgent.payload(new byte[5]).build(), false);
        final byte[] large = text(OUT, 5_001, 1_106, psh, 50_000);
        large[36] = 0x12;
        large[37] = 0x34;
        passes(large, true);
        passes(text(IN, 1_106, 55_001, TcpHeader.ACK, 0), false);
        passes(text(OUT, 55_001, 1_106, TcpHeader.ACK | TcpHeader.FIN, 0), false);
    }

    @Test
    void shouldOpenWithoutWarnings(@TempDir final Path folder) throws Exception {
        assumeTrue(hasTshark(), "skipped: install tshark");
        passConversation();
        final byte[] datagram = UdpDatagram.build(new FlowKey(THERE, 5_000, HERE, 9_999, IpProto.UDP), new byte[4_000]);
        new IpOutput(new IpIdent(0, Seed.of(1)))
                .output(
                        Mbuf.of(datagram.clone()),
                        1_500,
                        f -> passes(Arrays.copyOfRange(f.data(), f.offset(), f.offset() + f.length()), false));
        passes(IcmpError.build(HERE, 3, 3, 0, Mbuf.of(datagram)).orElseThrow(), false);
        passes(IcmpEcho.request(THERE, HERE, 7, 1, new byte[56]), false);
        final Path file = folder.resolve("all.pcap");
        Files.write(file, buffer.read(1 << 20));

        assertThat(tshark(file, "-q", "-z", "expert,warn")).as("warnings").isBlank();
        assertThat(tshark(file, "-Y", "_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0"))
                .isBlank();
        assertThat(tshark(file, "-Y", "tcp.checksum.status == 1").lines()).hasSize(8);
        assertThat(tshark(file, "-Y", "tcp.len == 50000", "-T", "fields", "-e", "ip.len", "-e", "frame.len"))
                .isEqualTo("50052\t50052\n");
        assertThat(tshark(file, "-Y", "tcp.urgent_pointer == 3").lines()).hasSize(1);
        assertThat(tshark(file, "-Y", "udp.length == 4008 && udp.checksum.status == 1")
                        .lines())
                .hasSize(1);
        assertThat(tshark(file, "-c", "1", "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.encap_type"))
                .startsWith("1790000000.001234567\t");
    }

    /** What is cut says how long it was, and is not taken for damaged. */
    @Test
    void shouldOpenWithoutWarningsWhenPacketsAreCut(@TempDir final Path folder) throws Exception {
        assumeTrue(hasTshark(), "skipped: install tshark");
        final CaptureBuffer cut =
                new CaptureBuffer(new CaptureRequest(null, null, null, null, 60), 1_790_000_000_000_000_000L, 1 << 20);
        cut.passes("tun0", Mbuf.of(text(OUT, 1, 1, TcpHeader.ACK, 1_000)), false, 5);
        final Path file = folder.resolve("cut.pcap");
        Files.write(file, cut.read(1 << 20));
        assertThat(tshark(file, "-Y", "_ws.malformed")).isBlank();
        assertThat(tshark(file, "-T", "fields", "-e", "frame.len", "-e", "frame.cap_len", "-e", "tcp.len"))
                .isEqualTo("1052\t60\t1000\n");
    }
}
