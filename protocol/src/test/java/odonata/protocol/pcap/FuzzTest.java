package odonata.protocol.pcap;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.flow.FlowHashes;
import odonata.protocol.icmp.IcmpEcho;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.Golden;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.Ipv4Options;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptions;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.wire.Hex;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Mutated and garbage input to everything that reads bytes of others: no exception, no endless walk. */
@Tag("slow")
class FuzzTest {
    private static final int PACKETS = 1_000_000;
    private static final int HEADERS = 300_000;
    private static final int FILES = 150_000;
    private static final int MAX_OPTIONS = 40;

    private final PacketClassifier classifier = new PacketClassifier(FlowHashes.byName("keyed", 1));
    private final Ipv4Header ip = new Ipv4Header();
    private final TcpHeader tcp = new TcpHeader();
    private final UdpHeader udp = new UdpHeader();
    private final IcmpHeader icmp = new IcmpHeader();
    private final Ipv4Options ipOptions = new Ipv4Options();
    private final TcpOptions tcpOptions = new TcpOptions();
    private long touched;

    /** A mutation of one of the seeds: flipped, overwritten, cut or garbage. */
    private static byte[] mutated(final Seed seed, final List<byte[]> originals) {
        final byte[] original = originals.get(seed.nextInt(originals.size()));
        final byte[] bytes = new byte[seed.chance(0.3) ? seed.nextInt(original.length + 8) : original.length];
        System.arraycopy(original, 0, bytes, 0, Math.min(bytes.length, original.length));
        for (int i = bytes.length == 0 ? 0 : seed.nextInt(6); i > 0; i--) {
            final int at = seed.nextInt(bytes.length);
            bytes[at] = switch (seed.nextInt(4)) {
                case 0 -> (byte) 0xff;
                case 1 -> 0;
                case 2 -> (byte) (bytes[at] ^ (1 << seed.nextInt(8)));
                default -> (byte) seed.nextLong();
            };
        }
        return bytes;
    }

    private static byte[] garbage(final Seed seed) {
        final byte[] bytes = new byte[seed.nextInt(100)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) seed.nextLong();
        }
        return bytes;
    }

    private static void within(final int seconds, final Executable work) {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(seconds), work);
    }

    @Test
    void shouldClassifyAnything() {
        final Seed seed = Seeds.replayable("fuzz packets");
        final List<byte[]> originals = goldenPackets();
        final int[] seen = new int[IpClass.values().length];
        within(900, () -> {
            for (int i = 0; i < PACKETS; i++) {
                final byte[] packet = seed.chance(0.1) ? garbage(seed) : mutated(seed, originals);
                final boolean sealed = packet.length >= 20 && seed.chance(0.7) && seal(packet);
                seen[
                        handle(sealed ? shifted(packet, seed.nextInt(4)) : Mbuf.of(packet))
                                .code()]++;
            }
        });
        for (final IpClass ipClass : IpClass.values()) {
            assertThat(seen[ipClass.code()]).as("%s", ipClass).isGreaterThan(100);
        }
        assertThat(touched).isNotZero();
    }

    private static List<byte[]> goldenPackets() {
        final byte[] multicast = Hex.bytes(Golden.UDP);
        multicast[16] = (byte) 224;
        final byte[] error = IcmpError.build(1, IcmpHeader.UNREACHABLE, 3, 0, Mbuf.of(Hex.bytes(Golden.DATA)))
                .orElseThrow();
        return List.of(
                Hex.bytes(Golden.SYN),
                Hex.bytes(Golden.DATA),
                Hex.bytes(Golden.UDP),
                Hex.bytes(Golden.ECHO),
                multicast,
                error);
    }

    private boolean seal(final byte[] packet) {
        ip.wrap(packet, 0, packet.length);
        if (ip.headerLength() < 20 || ip.headerLength() > packet.length) {
            return false;
        }
        ip.putChecksum();
        return true;
    }

    private static Mbuf shifted(final byte[] packet, final int by) {
        final byte[] data = new byte[packet.length + by];
        System.arraycopy(packet, 0, data, by, packet.length);
        return new Mbuf(data, by, packet.length, 0, 0);
    }

    private IpClass handle(final Mbuf mbuf) {
        final long answer = classifier.classify(mbuf);
        final IpClass ipClass = PacketClassifier.classOf(answer);
        touched += PacketClassifier.hashOf(answer);
        touched += PacketFormat.format(mbuf).length();
        touched += classifier.flowOf(mbuf).isPresent() ? 1 : 0;
        if (mbuf.length() >= Ipv4Header.MIN_LENGTH) {
            touched += IcmpError.quotedFlow(mbuf).isPresent() ? 1 : 0;
            touched += IcmpError.build(1, 3, 3, 0, mbuf).isPresent() ? 1 : 0;
        }
        if (ipClass.accepted()) {
            accepted(mbuf, ipClass);
        }
        return ipClass;
    }

    private void accepted(final Mbuf mbuf, final IpClass ipClass) {
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        assertThat(ip.check() && ip.verifyChecksum()).isTrue();
        ip.options(ipOptions);
        walkIpOptions();
        touched += PacketChecks.transportOk(wholeOf(mbuf, ipClass)) ? 1 : 0;
        switch (ipClass) {
            case TCP -> walkTcp();
            case UDP, MULTICAST -> touched += udp.wrap(ip).check() && udp.verifyChecksum(1, 2) ? 1 : 0;
            case OTHER -> touched += IcmpEcho.replyInPlace(mbuf) ? 1 : 0;
            case FRAGMENT, TOO_SHORT, BAD_VERSION, BAD_HEADER_CHECKSUM, BAD_LENGTH -> touched++;
        }
    }

    /** Of a fragment nothing may be verified; the golden packet stands in for it. */
    private static Mbuf wholeOf(final Mbuf mbuf, final IpClass ipClass) {
        return ipClass == IpClass.FRAGMENT ? Mbuf.of(Hex.bytes(Golden.DATA)) : mbuf;
    }

    private void walkIpOptions() {
        int options = 0;
        while (ipOptions.next()) {
            touched += ipOptions.type() + ipOptions.length() + ipOptions.offset();
            assertThat(++options).isLessThanOrEqualTo(MAX_OPTIONS);
        }
    }

    private void walkTcp() {
        tcp.wrap(ip);
        assertThat(tcp.check()).isTrue();
        touched += tcp.seqLength() + (tcp.verifyChecksum(1, 2) ? 1 : 0);
        tcp.options(tcpOptions);
        walkTcpOptions();
    }

    private void walkTcpOptions() {
        int options = 0;
        while (tcpOptions.next()) {
            touched += readOption();
            assertThat(++options).isLessThanOrEqualTo(MAX_OPTIONS);
        }
    }

    private int readOption() {
        return switch (tcpOptions.kind()) {
            case TcpOptions.MSS -> tcpOptions.mss();
            case TcpOptions.WINDOW_SCALE -> tcpOptions.windowScale();
            case TcpOptions.TIMESTAMPS -> tcpOptions.tsVal() ^ tcpOptions.tsEcr();
            case TcpOptions.SACK -> tcpOptions.sackRight(tcpOptions.sackBlocks() - 1) ^ tcpOptions.sackLeft(0);
            default -> tcpOptions.length();
        };
    }

    @Test
    void shouldReadAnyHeaderOfItsLength() {
        final Seed seed = Seeds.replayable("fuzz headers");
        within(900, () -> {
            for (int i = 0; i < HEADERS; i++) {
                header(garbage(seed));
            }
        });
        assertThat(touched).isNotZero();
    }

    private void header(final byte[] bytes) {
        walkTcpOptionsOf(bytes);
        if (bytes.length >= 8) {
            touched += udp.wrap(bytes, 0, bytes.length).check() ? udp.payloadLength() : udp.sport() ^ udp.dport();
            touched += icmp.wrap(bytes, 0, bytes.length).verifyChecksum() ? icmp.type() : icmp.ident() ^ icmp.seq();
        }
        if (bytes.length >= 20) {
            touched += tcp.wrap(bytes, 0, bytes.length).check() ? tcp.payloadLength() : tcp.seq() ^ tcp.ack();
            touched += ip.wrap(bytes, 0, bytes.length).check() ? ip.payloadLength() : ip.src() ^ ip.fragmentOffset();
        }
    }

    private void walkTcpOptionsOf(final byte[] bytes) {
        tcpOptions.wrap(bytes, 0, Math.min(MAX_OPTIONS, bytes.length));
        walkTcpOptions();
    }

    @Test
    void shouldReadAnyFileOrSayWhatIsWrong() {
        final Seed seed = Seeds.replayable("fuzz files");
        final List<byte[]> originals = validFiles();
        final int[] outcome = new int[2];
        within(900, () -> {
            for (int i = 0; i < FILES; i++) {
                outcome[readFails(seed.chance(0.02) ? garbage(seed) : mutated(seed, originals)) ? 1 : 0]++;
            }
        });
        assertThat(outcome[0]).as("files read to the end").isGreaterThan(FILES / 20);
        assertThat(outcome[1]).as("files refused").isGreaterThan(FILES / 20);
    }

    private static List<byte[]> validFiles() {
        final byte[] syn = Hex.bytes(Golden.SYN);
        final byte[] options = Hex.bytes("0009000109000000000e000800000000000000010000 0000");
        return List.of(
                PcapBytes.classic(LITTLE_ENDIAN, 0xa1b2c3d4, 101)
                        .frame(1, 2, syn)
                        .frame(3, 4, syn)
                        .done(),
                PcapBytes.classic(BIG_ENDIAN, 0xa1b23c4d, 1)
                        .frame(1, 2, syn)
                        .frame(3, 4, syn)
                        .done(),
                PcapBytes.section(LITTLE_ENDIAN)
                        .describe(101, 0)
                        .describe(1, 64)
                        .enhanced(0, 5, syn)
                        .enhanced(1, 6, syn)
                        .block(5, new byte[8])
                        .done(),
                PcapBytes.section(BIG_ENDIAN)
                        .describe(113, 99, options)
                        .enhanced(0, 5, syn)
                        .ints(3, 16 + syn.length, syn.length)
                        .padded(syn)
                        .ints(16 + syn.length)
                        .done());
    }

    private boolean readFails(final byte[] file) {
        try (PcapReader reader = PcapReader.open(new ByteArrayInputStream(file), "fuzz")) {
            reader.forEach(packet -> packet.ip().ifPresent(this::handle));
            return false;
        } catch (final PcapException e) {
            assertThat(e).hasMessageStartingWith("fuzz: offset ");
            assertThat(e.getMessage()).doesNotContain("\n");
            return true;
        }
    }
}
