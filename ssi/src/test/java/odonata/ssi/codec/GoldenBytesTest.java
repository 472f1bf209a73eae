package odonata.ssi.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Test;

/** The bytes of every type are those of the first release: members of different versions meet during an upgrade. */
class GoldenBytesTest {
    private final WireRegistry registry = WireRegistry.load();
    private final KryoCodec codec = KryoCodec.of(registry);

    @Test
    void shouldKeepNumbersUnique() {
        final Set<Integer> seen = new HashSet<>();
        for (final WireId id : WireId.values()) {
            assertThat(seen.add(id.number())).as("number of %s", id).isTrue();
            assertThat(id.number()).as("Kryo's own numbers end at 9").isGreaterThan(9);
        }
    }

    @Test
    void shouldHaveASampleOfEveryType() {
        assertThat(WireSamples.all().keySet()).containsAll(registry.ids());
        for (final WireId id : WireSamples.all().keySet()) {
            for (final Object value : WireSamples.all().get(id)) {
                assertThat(value).isInstanceOf(registry.typeOf(id));
            }
        }
    }

    @Test
    void shouldEncodeAsStoredAndDecodeToTheSame() throws IOException {
        final List<String> lines = new ArrayList<>();
        for (final Map.Entry<WireId, List<Object>> each : WireSamples.all().entrySet()) {
            for (int i = 0; i < each.getValue().size(); i++) {
                final byte[] bytes = codec.toBytes(each.getValue().get(i));
                lines.add(each.getKey().number() + " " + each.getKey() + " " + i + " "
                        + HexFormat.of().formatHex(bytes));
                assertThat(codec.toBytes(codec.decode(bytes))).isEqualTo(bytes);
            }
        }
        final Path made = Path.of("target", "golden.hex");
        Files.createDirectories(made.getParent());
        Files.write(made, lines);
        assertThat(lines)
                .as("stored lines never change; those of a new type are in %s", made)
                .isEqualTo(stored());
    }

    @Test
    void shouldReturnEqualValues() {
        WireSamples.all()
                .values()
                .forEach(values -> values.forEach(value -> assertThat(List.of(codec.decode(codec.toBytes(value))))
                        .usingRecursiveComparison()
                        .withEqualsForType(GoldenBytesTest::samePacket, Mbuf.class)
                        .isEqualTo(List.of(value))));
    }

    private static boolean samePacket(final Mbuf a, final Mbuf b) {
        return Arrays.equals(
                        a.data(), a.offset(), a.offset() + a.length(), b.data(), b.offset(), b.offset() + b.length())
                && a.rcvif() == b.rcvif()
                && a.rcvNs() == b.rcvNs();
    }

    private static List<String> stored() throws IOException {
        try (InputStream in = GoldenBytesTest.class.getResourceAsStream("golden.hex")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }
}
