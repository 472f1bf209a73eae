package odonata.node.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Map;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CostModel.Price;
import odonata.config.Layers;
import org.junit.jupiter.api.Test;

class CostsFileTest {
    private static final List<Figure> FIGURES = List.of(
            new Figure("send-ns", 12, 11.4, 13.1, 4_711, "how it was sent"),
            new Figure("send-cold-ns", 60, 50, 70, 9, "cold"),
            new Figure("switch-ns", 70, 60, 80, 9, "switch"),
            new Figure("switch-cold-ns", 400, 300, 500, 9, "cold switch"),
            new Figure("message-ns", 30, 20, 40, 9, "take"),
            new Figure("cache-threads", 1_024, 1_024, 1_024, 0, "the cache"),
            new Figure("copy-ps", 40, 30, 50, 9, "copy"),
            new Figure("copy-cold-ps", 200, 100, 300, 9, "cold copy"),
            new Figure("interrupt-ns", 9_000, 8_000, 10_000, 9, "wake"),
            new Figure("cross-cpu-ns", 150, 140, 160, 9, "hop"),
            new Figure("cross-member-ns", 21_000, 20_000, 22_000, 9, "far hop"));

    private final String text = CostsFile.of(FIGURES, "2026-11-29T15:00:00Z", List.of("a machine", "a Java"));

    @Test
    void shouldBeTheTableOfCostsThatWasMeasured() {
        final var config =
                Layers.of(Map.of(), Map.of(), ConfigFactory.parseString(text)).effective();
        assertThat(CostModel.from(config))
                .isEqualTo(new CostModel(
                        new Price(12, 60), new Price(70, 400), new Price(40, 200), 30, 9_000, 150, 21_000, 1_024));
    }

    @Test
    void shouldSayWhenWhereAndHowEachFigureWasTaken() {
        assertThat(text)
                .contains("# when   2026-11-29T15:00:00Z\n", "# where  a machine\n# where  a Java\n")
                .contains("  # how it was sent; 11.4..13.1, 4711 samples\n  send-ns = 12\n")
                .contains("  # the cache\n  cache-threads = 1024\n");
    }
}
