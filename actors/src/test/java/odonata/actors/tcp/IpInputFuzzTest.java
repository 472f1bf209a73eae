package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import odonata.actors.testing.Seeds;
import odonata.protocol.clock.Seed;
import odonata.protocol.tcp.machine.TcpState;
import org.junit.jupiter.api.Test;

/**
 * What a fuzzer that looks at coverage has found worth keeping ({@code ip-input-corpus.zip}, made by {@code bench/fuzz}), and the same with bytes changed by chance:
 * see {@link IpInputFuzz}. {@code -Druns=} for more of the latter.
 */
class IpInputFuzzTest {
    private static final int RUNS = Integer.getInteger("runs", 300);

    private final Map<TcpState, Integer> packets = new EnumMap<>(TcpState.class);
    private final List<byte[]> corpus = corpus();

    private static List<byte[]> corpus() {
        final List<byte[]> all = new ArrayList<>();
        try (InputStream file = IpInputFuzzTest.class.getResourceAsStream("/ip-input-corpus.zip");
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                all.add(zip.readAllBytes());
            }
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
        return all;
    }

    private void run(final byte... input) {
        try {
            final IpInputFuzz.Met met = IpInputFuzz.run(input);
            packets.merge(met.state(), met.packets(), Integer::sum);
        } catch (final AssertionError | RuntimeException e) {
            throw new AssertionError("input " + HexFormat.of().formatHex(input), e);
        }
    }

    @Test
    void shouldStandWhatTheFuzzerFoundInEveryState() {
        assertThat(corpus).hasSizeGreaterThan(100);
        corpus.forEach(this::run);
        assertThat(packets).hasSize(TcpState.values().length);
        assertThat(packets)
                .as("packets that met each state")
                .allSatisfy((state, n) -> assertThat(n).as("%s", state).isGreaterThan(5));
    }

    @Test
    void shouldStandItWithBytesChangedByChance() {
        Seeds.of(IpInputFuzzTest.class).each(RUNS, number -> {
            final Seed seed = Seed.of(number);
            final byte[] input = corpus.get(seed.nextInt(corpus.size())).clone();
            for (int i = 1 + seed.nextInt(4); i > 0; i--) {
                input[seed.nextInt(input.length)] = (byte) seed.nextInt(256);
            }
            run(input);
        });
    }
}
