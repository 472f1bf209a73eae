package odonata.protocol.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import odonata.protocol.flow.FlowTable;
import odonata.protocol.flow.ToeplitzHash;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.pcap.PcapWriter.Resolution;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Real traffic: every capture file of the repository is read, checked, written and read again. */
class CaptureFilesTest {
    private static final Path CAPTURES = Path.of("..", "captures");
    private static final long BIG_BYTES = 4 << 20;

    private final PacketClassifier classifier = new PacketClassifier(new ToeplitzHash());

    private static Stream<Path> captures(final boolean big) throws IOException {
        if (!Files.isDirectory(CAPTURES)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.list(CAPTURES)) {
            final List<Path> found = files.filter(file -> file.toString().matches(".*\\.pcap(ng)?"))
                    .filter(file -> file.toFile().length() > BIG_BYTES == big)
                    .sorted()
                    .toList();
            return found.stream();
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldReadSmallCaptures() throws IOException {
        return captures(false)
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    @Tag("slow")
    @TestFactory
    Stream<DynamicTest> shouldReadBigCaptures() throws IOException {
        return captures(true)
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private void check(final Path file) {
        long packets = 0;
        try (PcapReader reader = PcapReader.open(file)) {
            for (final PcapPacket packet : reader) {
                packets++;
                final long number = packets;
                packet.ip().ifPresent(mbuf -> checkIp(mbuf, packet.truncated(), file + " packet " + number));
            }
        }
        assertThat(packets).isPositive();
        checkWriting(file);
    }

    private void checkIp(final Mbuf mbuf, final boolean truncated, final String where) {
        if (truncated) {
            return;
        }
        final IpClass ipClass = PacketClassifier.classOf(classifier.classify(mbuf));
        assertThat(ipClass.accepted())
                .as("%s %s %s", where, ipClass, PacketFormat.format(mbuf))
                .isTrue();
        if (ipClass != IpClass.FRAGMENT) {
            assertThat(PacketChecks.transportOk(mbuf))
                    .as("%s %s", where, PacketFormat.format(mbuf))
                    .isTrue();
        }
    }

    /** Counts as the page beside the captures gives them, which other programs made. */
    @Tag("slow")
    @Test
    void shouldCountCampusAsOtherProgramsDo() {
        final Path file = CAPTURES.resolve("campus.pcap");
        assumeTrue(Files.exists(file), "no captures here");
        final int[] classes = new int[IpClass.values().length];
        final int[] frames = new int[2];
        final FlowTable flows = FlowTable.ofFlows(10_000, 0, 1);
        try (PcapReader reader = PcapReader.open(file)) {
            for (final PcapPacket packet : reader) {
                frames[packet.isIpv4() ? 1 : 0]++;
                packet.ip().ifPresent(mbuf -> count(mbuf, classes, flows));
            }
        }
        assertThat(frames).containsExactly(93, 36_924);
        assertThat(classes[IpClass.TCP.code()]).isEqualTo(24_853);
        assertThat(classes[IpClass.FRAGMENT.code()]).isEqualTo(410);
        assertThat(classes[IpClass.UDP.code()] + classes[IpClass.MULTICAST.code()])
                .isEqualTo(10_591 - 200);
        assertThat(classes[IpClass.OTHER.code()]).isEqualTo(1_478 - 210 + 2);
        assertThat(countOf(flows, IpProto.TCP)).isEqualTo(2_094);
        assertThat(flows.evicted()).isZero();
    }

    private void count(final Mbuf mbuf, final int[] classes, final FlowTable flows) {
        final long answer = classifier.classify(mbuf);
        classes[PacketClassifier.classOf(answer).code()]++;
        classifier.flowOf(mbuf).ifPresent(flow -> {
            flows.put(flow, PacketClassifier.hashOf(answer));
        });
    }

    private static int countOf(final FlowTable flows, final int proto) {
        final int[] count = new int[1];
        flows.forEach(entry -> count[0] += flows.flow(entry).proto() == proto ? 1 : 0);
        return count[0];
    }

    /** Frames of the first link type only: a classic file has one. */
    private static void checkWriting(final Path file) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final int linkType = firstLinkType(file);
        try (PcapReader reader = PcapReader.open(file);
                PcapWriter writer = PcapWriter.create(out, "copy", linkType, Resolution.NANOS)) {
            reader.stream().filter(packet -> packet.linkType() == linkType).forEach(writer::write);
        }
        final List<PcapPacket> copies = PcapBytes.read(out.toByteArray());
        try (PcapReader reader = PcapReader.open(file)) {
            final List<PcapPacket> originals = reader.stream()
                    .filter(packet -> packet.linkType() == linkType)
                    .toList();
            assertThat(copies).usingElementComparator(CaptureFilesTest::compare).isEqualTo(originals);
        }
    }

    private static int firstLinkType(final Path file) {
        try (PcapReader reader = PcapReader.open(file)) {
            return reader.next().orElseThrow().linkType();
        }
    }

    private static int compare(final PcapPacket a, final PcapPacket b) {
        final boolean same = a.timestampNs() == b.timestampNs()
                && a.originalLength() == b.originalLength()
                && a.linkType() == b.linkType()
                && Arrays.equals(a.frame(), b.frame());
        return same ? 0 : 1;
    }
}
