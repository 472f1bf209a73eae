package odonata.node.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpawnTest {
    @TempDir
    Path folder;

    private Path log(final String text) throws IOException {
        return Files.writeString(folder.resolve("1.log"), text);
    }

    @Test
    void shouldShowTheLastLinesOfALog() throws IOException {
        assertThat(Spawn.lastLines(log("one\ntwo\nthree\n"), 2)).containsExactly("two", "three");
        assertThat(Spawn.lastLines(log("one\n"), 2)).containsExactly("one");
        assertThat(Spawn.lastLines(log(""), 2)).isEmpty();
        assertThat(Spawn.lastLines(folder.resolve("none"), 2)).isEmpty();
    }

    @Test
    void shouldFindTheLastReasonThatTheProgramGave() throws IOException {
        assertThat(Spawn.lastError(log("odonata: first\nnoise\nodonata: second\nnoise\n")))
                .contains("second");
        assertThat(Spawn.lastError(log("noise\n"))).isEmpty();
        assertThat(Spawn.lastError(folder.resolve("none"))).isEmpty();
    }
}
