package odonata.loadgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.pcap.LinkType;
import odonata.protocol.pcap.PcapWriter;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayRunTest {
    private static final int SERVER = Ipv4Address.parse("192.0.2.1");
    private static final int PACKETS = 200;
    private static final long GAP_NS = 10_000_000;

    @TempDir
    private Path folder;

    private Path file;
    private long nowNs;
    private final List<byte[]> taken = new ArrayList<>();
    private final List<Integer> spreads = new ArrayList<>();
    private int refuseEvery = Integer.MAX_VALUE;

    @BeforeEach
    void writeCapture() {
        file = folder.resolve("made.pcap");
        try (PcapWriter writer = PcapWriter.create(file, LinkType.RAW, PcapWriter.Resolution.NANOS)) {
            for (int i = 0; i < PACKETS; i++) {
                final FlowKey request =
                        new FlowKey(Ipv4Address.parse("198.51.100.0") + i % 3, 4_000 + i % 25, SERVER, 53, 17);
                final FlowKey flow = i % 2 == 0 ? request : request.reversed();
                writer.write(i * GAP_NS, Mbuf.of(UdpDatagram.build(flow, new byte[i])));
            }
        }
    }

    private ReplaySummary replay(final ReplaySettings settings) {
        final PacketLink link = new PacketLink() {
            private int offers;

            @Override
            public boolean offer(final byte[] data, final int offset, final int length, final int spread) {
                if (++offers % refuseEvery == 0) {
                    return false;
                }
                taken.add(Arrays.copyOfRange(data, offset, offset + length));
                spreads.add(spread);
                return true;
            }

            @Override
            public int poll(final Receiver receiver, final int limit) {
                return 0;
            }

            @Override
            public int members() {
                return 1;
            }
        };
        return new ReplayRun(settings, Capture.survey(file), link, () -> nowNs, () -> nowNs += 100_000)
                .run(() -> false, s -> {});
    }

    private ReplaySettings at(final ReplaySettings.Pace pace, final double rate) {
        return new ReplaySettings(file, pace, rate, OptionalInt.empty());
    }

    @Test
    void shouldSendEachPacketOnceInOrderWhenFlatOut() {
        final ReplaySummary summary = replay(at(ReplaySettings.Pace.FLAT_OUT, 0));
        assertThat(summary.sent()).isEqualTo(PACKETS).isEqualTo(summary.packetsInFile());
        assertThat(summary.done()).isTrue();
        for (int i = 0; i < PACKETS; i++) {
            assertThat(taken.get(i)).hasSize(UdpDatagram.HEADERS + i);
        }
    }

    @Test
    void shouldSendNothingTwiceWhenTheClusterPushesBack() {
        refuseEvery = 3;
        final ReplaySummary summary = replay(at(ReplaySettings.Pace.FLAT_OUT, 0));
        assertThat(taken).hasSize(PACKETS);
        assertThat(summary.pushBacks()).isBetween(90L, 110L);
    }

    @Test
    void shouldTakeAsLongAsTheRecordingWhenRecorded() {
        assertThat(replay(at(ReplaySettings.Pace.RECORDED, 0)).seconds()).isBetween(1.98, 2.0);
    }

    @Test
    void shouldKeepTheRateWhenAsked() {
        assertThat(replay(at(ReplaySettings.Pace.RATE, 1_000)).seconds()).isBetween(0.198, 0.201);
    }

    @Test
    void shouldSpreadBothDirectionsOfAFlowAlike() {
        replay(at(ReplaySettings.Pace.FLAT_OUT, 0));
        assertThat(spreads.stream().distinct().count()).isGreaterThan(20);
        for (int i = 0; i + 75 < PACKETS; i++) {
            assertThat(spreads.get(i)).isEqualTo(spreads.get(i + 75));
        }
    }

    @Test
    void shouldMapTheBusiestAddressToTheClusterWhenRewriting() {
        final int cluster = Ipv4Address.parse("10.77.77.1");
        replay(new ReplaySettings(file, ReplaySettings.Pace.FLAT_OUT, 0, OptionalInt.of(cluster)));
        final Ipv4Header ip = new Ipv4Header();
        for (final byte[] packet : taken) {
            ip.wrap(packet, 0, packet.length);
            assertThat(ip.src() == cluster || ip.dst() == cluster).isTrue();
            assertThat(ip.src() == SERVER || ip.dst() == SERVER).isFalse();
            assertThat(ip.verifyChecksum()).isTrue();
            assertThat(PacketChecks.transportOk(Mbuf.of(packet))).isTrue();
        }
    }

    @Test
    void shouldRefuseADamagedFileBeforeSending() throws IOException {
        final byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5));
        assertThatThrownBy(() -> replay(at(ReplaySettings.Pace.FLAT_OUT, 0))).hasMessageContaining("made.pcap");
        assertThat(taken).isEmpty();
    }
}
