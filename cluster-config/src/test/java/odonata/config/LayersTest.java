package odonata.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LayersTest {
    private static final String KEY = "odonata.cluster.members";
    private static final Config NO_FILE = ConfigFactory.empty();

    @Nested
    class WithSeveralLayers {
        private final Config file = ConfigFactory.parseString("odonata.cluster { members = 4, cpus = 5 }");
        private final Map<String, String> environment = Map.of("ODONATA_CLUSTER_MEMBERS", "6", "PATH", "/bin");

        @Test
        void shouldPreferFlagThenEnvironmentThenFileThenDefault() {
            final Layers all = Layers.of(Map.of(KEY, "7"), environment, file);
            assertThat(all.effective().getInt(KEY)).isEqualTo(7);
            assertThat(all.origin(KEY)).isEqualTo(Origin.FLAG);
            final Layers noFlag = Layers.of(Map.of(), environment, file);
            assertThat(noFlag.effective().getInt(KEY)).isEqualTo(6);
            assertThat(noFlag.origin(KEY)).isEqualTo(Origin.ENVIRONMENT);
            assertThat(noFlag.origin("odonata.cluster.cpus")).isEqualTo(Origin.FILE);
            assertThat(noFlag.origin("odonata.http.port")).isEqualTo(Origin.DEFAULT);
        }

        @Test
        void shouldMakeTheSameConfigurationAgainFromItsOverrides() {
            final Layers all = Layers.of(Map.of("odonata.http.port", "81"), environment, file);
            final Layers again = Layers.of(Map.of(), Map.of(), ConfigFactory.parseString(all.overrides()));
            assertThat(again.effective().getInt(KEY)).isEqualTo(6);
            assertThat(again.effective().getInt("odonata.http.port")).isEqualTo(81);
            assertThat(again.effective().getInt("odonata.cluster.cpus")).isEqualTo(5);
        }
    }

    @Nested
    class WithUnknownKey {
        @Test
        void shouldNameNearestKeyWhenFlagIsUnknown() {
            assertThatThrownBy(() -> Layers.of(Map.of("odonata.cluster.membres", "1"), Map.of(), NO_FILE))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("unknown configuration key odonata.cluster.membres; did you mean " + KEY + "?");
        }

        @Test
        void shouldNameLineWhenFileHasUnknownKey() {
            final Config file = ConfigFactory.parseString("\nodonata.htp.port = 1");
            assertThatThrownBy(() -> Layers.of(Map.of(), Map.of(), file))
                    .hasMessageContaining("odonata.htp.port in String: 2")
                    .hasMessageEndingWith("did you mean odonata.http.port?");
        }

        @Test
        void shouldRefuseUnknownEnvironmentVariable() {
            assertThatThrownBy(() -> Layers.of(Map.of(), Map.of("ODONATA_HTTP_PROT", "1"), NO_FILE))
                    .hasMessageContaining("ODONATA_HTTP_PROT")
                    .hasMessageEndingWith("did you mean ODONATA_HTTP_PORT?");
        }
    }

    @Nested
    class WithBadValue {
        @Test
        void shouldNameKeyValueAndRange() {
            final Layers bad = Layers.of(Map.of(KEY, "99"), Map.of(), NO_FILE);
            assertThatThrownBy(() -> ClusterSettings.of(bad.effective()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("odonata.cluster.members=99 is not allowed; allowed: 1..32");
            final Layers word = Layers.of(Map.of(KEY, "many"), Map.of(), NO_FILE);
            assertThatThrownBy(() -> ClusterSettings.of(word.effective())).hasMessageContaining("allowed: 1..32");
        }

        @Test
        void shouldNameRangeOfDuration() {
            final Layers bad = Layers.of(Map.of("odonata.snapshot.interval", "1 ms"), Map.of(), NO_FILE);
            assertThatThrownBy(() -> SnapshotSettings.of(bad.effective()))
                    .hasMessage("odonata.snapshot.interval=1 ms is not allowed; allowed: 100 ms..60 s");
        }

        @Test
        void shouldNameUnitsWhenADurationHasAnother() {
            final Layers bad = Layers.of(Map.of("odonata.snapshot.interval", "1 min"), Map.of(), NO_FILE);
            assertThatThrownBy(() -> SnapshotSettings.of(bad.effective()))
                    .hasMessage(
                            "odonata.snapshot.interval=1 min is not allowed; allowed: 100 ms..60 s, in ms, s, m or h");
        }
    }

    @Test
    void shouldNameNearestProfile() {
        assertThatThrownBy(() -> Profiles.load("smal")).hasMessageContaining("did you mean small?");
        assertThatThrownBy(() -> Profiles.load("/nowhere/x.conf")).hasMessageContaining("cannot read");
    }

    /** A key without a comment above it is not documented. */
    @Test
    void shouldDocumentEveryKeyOfReferenceConf() throws IOException {
        final List<String> lines;
        try (InputStream in = LayersTest.class.getResourceAsStream("/reference.conf")) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).contains(" = ") && !lines.get(i).strip().startsWith("#")) {
                assertThat(lines.get(i - 1).strip())
                        .as("comment above " + lines.get(i).strip())
                        .startsWith("#");
            }
        }
    }
}
