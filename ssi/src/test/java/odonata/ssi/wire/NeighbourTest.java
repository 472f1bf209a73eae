package odonata.ssi.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.DriverSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is a neighbour: the address is one of this machine's, and a media driver lives in the folder. */
class NeighbourTest {
    private static final int CLIENT = 4711;

    @TempDir
    private Path home;

    private Driver driver() {
        final Path memory = Path.of("/dev/shm");
        return Driver.start(
                new DriverSettings(
                        Files.isWritable(memory) ? memory : home,
                        1 << 16,
                        8192,
                        Duration.ofMillis(1),
                        Duration.ofSeconds(10)),
                "neighbour",
                1);
    }

    private static boolean isNear(final String endpoint, final String folder) {
        return Neighbour.of(endpoint, folder, CLIENT, (buffer, offset, length, header) -> {})
                .map(neighbour -> {
                    neighbour.close();
                    return true;
                })
                .orElse(false);
    }

    @Test
    void shouldBeOneWithALivingDriverHere() {
        try (Driver driver = driver()) {
            assertThat(isNear("127.0.0.1:4000", driver.folder().toString())).isTrue();
            assertThat(isNear("192.0.2.1:4000", driver.folder().toString()))
                    .as("the address is another machine's")
                    .isFalse();
            assertThat(isNear("127.0.0.1:4000", ""))
                    .as("it does not want to be")
                    .isFalse();
        }
    }

    @Test
    void shouldBeNoneWithoutADriver() throws Exception {
        assertThat(isNear("127.0.0.1:4000", home.resolve("nothing").toString())).isFalse();
        Files.write(home.resolve("cnc.dat"), new byte[4096]);
        assertThat(isNear("127.0.0.1:4000", home.toString()))
                .as("not a driver's")
                .isFalse();
        final Path folder;
        try (Driver driver = driver()) {
            folder = driver.folder();
        }
        assertThat(isNear("127.0.0.1:4000", folder.toString()))
                .as("it has ended")
                .isFalse();
    }
}
