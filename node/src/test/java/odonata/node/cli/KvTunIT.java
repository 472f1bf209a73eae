package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import odonata.testkit.tun.NetNamespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clients of Redis reach the keys of two members through a TUN device; then one member leaves, and all keys are with the other. The device
 * is moved into a network namespace of the test's own.
 */
@Tag("slow")
@WholeClusters
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class KvTunIT {
    private static final String DEVICE = "odk" + ProcessHandle.current().pid() % 100_000;
    private static final int KEYS = 5_000;
    private static final String CLI = "redis-cli -h 10.77.77.1 ";

    @TempDir
    private Path home;

    private NetNamespace namespace;

    @AfterEach
    void end() throws Exception {
        new Cli(home).run("down");
        if (namespace != null) {
            namespace.close();
        }
    }

    private String run(final String script) throws Exception {
        return namespace.exec("timeout", "-k", "5", "200", "bash", "-c", script);
    }

    private Path lines(final String name, final IntFunction<String> line) throws IOException {
        return Files.writeString(
                home.resolve(name),
                IntStream.range(0, KEYS).mapToObj(line).collect(Collectors.joining("\r\n", "", "\r\n")),
                StandardCharsets.US_ASCII);
    }

    @Test
    void shouldServeTheClientsOfRedis() throws Exception {
        for (final String program : List.of("redis-cli", "redis-benchmark")) {
            assumeTrue(NetNamespace.has(program), "skipped: install redis-tools");
        }
        namespace = NetNamespace.create();
        final Cli cli = new Cli(home);
        final Cli.Outcome up =
                cli.run("up", "--members", "2", "--cpus", "1", "--profile", "patient", "--tun", DEVICE, "--json");
        assertThat(up.exit()).as(up.err()).isZero();
        namespace.adopt(DEVICE, "10.77.77.2/24");

        assertThat(run(CLI + "PING")).isEqualTo("PONG\n");
        assertThat(run(CLI + "SET greeting 'hello there' EX 1000 && " + CLI + "GET greeting && " + CLI
                        + "TTL greeting"))
                .matches("OK\nhello there\n(1000|9\\d\\d)\n");
        assertThat(run(CLI + "HELLO 3")).startsWith("NOPROTO");
        assertThat(run(CLI + "DEL greeting")).isEqualTo("1\n");
        assertThat(run("cat " + lines("sets", i -> "SET key:" + i + " value-" + i * 7) + " | " + CLI + "--pipe"))
                .contains("errors: 0, replies: " + KEYS);
        assertThat(run(CLI + "DBSIZE")).isEqualTo(KEYS + "\n");
        assertThat(run(CLI + "INFO keyspace").replaceAll("(?s).*keys_of_member:(\\d+).*", "$1"))
                .satisfies(keys -> assertThat(Integer.parseInt(keys)).isBetween(1, KEYS - 1));
        expectAllKeys();
        assertThat(run("redis-benchmark -h 10.77.77.1 -t ping,set,get,incr,mset -n 2000 -c 20 -P 8 -r 500 -q 2>&1"))
                .contains("PING_INLINE: ", "SET: ", "GET: ", "INCR: ", "MSET (10 keys): ")
                .doesNotContain("Error", "WARNING");
        expectAllKeys();

        final Cli.Outcome drained = cli.run("drain", "2", "--timeout", "300", "--json");
        assertThat(drained.exit()).as(drained.err()).isZero();
        expectAllKeys();
        assertThat(run(CLI + "FLUSHALL && " + CLI + "DBSIZE")).isEqualTo("OK\n0\n");
    }

    private void expectAllKeys() throws Exception {
        final String values =
                IntStream.range(0, KEYS).mapToObj(i -> "value-" + i * 7 + "\n").collect(Collectors.joining());
        assertThat(run(CLI + "< " + lines("gets", i -> "GET key:" + i))).isEqualTo(values);
    }
}
