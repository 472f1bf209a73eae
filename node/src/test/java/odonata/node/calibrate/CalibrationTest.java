package odonata.node.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import odonata.actors.cpu.CostModel;
import odonata.config.Layers;
import odonata.node.member.AllSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real measurements, short ones: what they find is not looked at, but that they find everything and leave nothing. */
@Tag("slow")
class CalibrationTest {
    @TempDir
    private Path shared;

    @Test
    void shouldMeasureEveryCostAndLeaveNoSharedMemory() throws Exception {
        final Config config = Layers.of(
                        Map.of("odonata.driver.folder", shared.toString()), Map.of(), ConfigFactory.empty())
                .effective();
        final List<String> told = new ArrayList<>();
        final List<Figure> figures = new Calibration(
                        AllSettings.of(config),
                        CostModel.defaults(),
                        System::nanoTime,
                        Duration.ofMillis(60),
                        told::add)
                .run();
        final Set<String> keys = config.getConfig("lwkt.costs").root().keySet();
        assertThat(figures).extracting(Figure::key).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(figures).filteredOn(f -> !f.key().equals("cache-threads")).allMatch(f -> f.samples() > 0);
        assertThat(told).hasSize(7);
        assertThat(CostModel.from(ConfigFactory.parseString(CostsFile.of(figures, "now", List.of("here")))))
                .isNotNull();
        assertThat(shared).isEmptyDirectory();
    }
}
