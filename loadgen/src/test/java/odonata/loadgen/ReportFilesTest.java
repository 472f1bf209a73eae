package odonata.loadgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import odonata.loadgen.openloop.Recorder;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
    @TempDir
    private Path folder;

    @Test
    void shouldWriteWhatTheHistogramToolsReadBack() throws IOException {
        final Recorder recorder = new Recorder();
        for (int second = 0; second < 3; second++) {
            for (int i = 1; i <= 1_000; i++) {
                recorder.answered(i * 1_000L, i * 500L);
            }
            recorder.closeInterval(second * 1_000L, second * 1_000L + 1_000);
        }
        ReportFiles.write(folder.resolve("new"), recorder);

        final HistogramLogReader reader = new HistogramLogReader(
                folder.resolve("new").resolve(ReportFiles.INTERVALS).toFile());
        int intervals = 0;
        for (EncodableHistogram next = reader.nextIntervalHistogram();
                next != null;
                next = reader.nextIntervalHistogram()) {
            assertThat(next.getMaxValueAsDouble()).isBetween(1_000_000.0, 1_001_000.0);
            intervals++;
        }
        assertThat(intervals).isEqualTo(3);
        final String percentiles = Files.readString(folder.resolve("new").resolve(ReportFiles.PERCENTILES));
        assertThat(percentiles).contains("Total count    =         3000");
    }
}
