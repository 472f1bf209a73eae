package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import odonata.node.snapshot.Json;
import odonata.testkit.tun.NetNamespace;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Downloads of {@code curl} go on while their connections move: a member joins and takes its share, buckets move by load, it drains again, and then a
 * member drains whose own processes serve some of them. Each download is compared by its hash. What is silent is closed by the drain of its server's member.
 */
@Tag("slow")
@WholeClusters
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class MoveIT {
    private static final String DEVICE = "odm" + ProcessHandle.current().pid() % 100_000;
    private static final int DOWNLOADS = 12;
    private static final int BYTES = 25_000_000;

    /** Bytes a second, so that the downloads are there until a member has joined on a busy machine. */
    private static final int RATE = 250_000;

    /** Ports whose low bytes, of which the flow hash is made, are all over. */
    private static final int FIRST_PORT = 20_011;

    private static final int PORT_STEP = 37;
    private static final int RANGE = 1_000;
    private static final int FIRST_IDLE_PORT = 30_011;
    private static final int IDLE = 8;

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

    private static void must(final Cli cli, final String... command) {
        final Cli.Outcome outcome = cli.run(command);
        assertThat(outcome.exit()).as(outcome.err()).isZero();
    }

    private static List<Integer> owners(final Cli cli) {
        return List.copyOf(owners(cli, FIRST_PORT).values());
    }

    /** The members that own established connections, by the client's port; of a range of those. */
    private static Map<Integer, Integer> owners(final Cli cli, final int firstPort) {
        final JsonNode members = Json.read(
                cli.run("netstat", "-p", "tcp", "--state", "established", "--json")
                        .out()
                        .getBytes(StandardCharsets.UTF_8),
                JsonNode.class);
        final Map<Integer, Integer> owners = new TreeMap<>();
        for (final JsonNode member : members) {
            for (final JsonNode connection : member.path("connections")) {
                final String remote = connection.path("remote").asText();
                final int port = Integer.parseInt(remote.substring(remote.indexOf(':') + 1));
                if (port >= firstPort && port < firstPort + RANGE) {
                    owners.put(port, member.path("member").asInt());
                }
            }
        }
        return owners;
    }

    @Test
    void I42_downloadsGoOnWhileTheirConnectionsMoveFromMemberToMember() throws Exception {
        assumeTrue(Programs.missing().isEmpty(), Programs.missing());
        assumeTrue(NetNamespace.has("node"), "skipped: install nodejs");
        namespace = NetNamespace.create();
        final Cli cli = new Cli(home);
        must(
                cli,
                "up",
                "--members",
                "2",
                "--cpus",
                "1",
                "--profile",
                "patient",
                "--set",
                "odonata.member.drain-connections=300s",
                "--tun",
                DEVICE);
        namespace.adopt(DEVICE, "10.77.77.2/24");
        final Programs programs = new Programs(namespace, home);
        final List<Programs.Running> downloads = new ArrayList<>();
        for (int i = 0; i < DOWNLOADS; i++) {
            downloads.add(programs.slowly(FIRST_PORT + i * PORT_STEP, BYTES, RATE));
        }
        Awaitility.await()
                .atMost(1, TimeUnit.MINUTES)
                .untilAsserted(() -> assertThat(owners(cli)).hasSize(DOWNLOADS).contains(1, 2));

        final List<String> ended = new ArrayList<>();
        final Programs.Running idle =
                programs.idle(ports(0, IDLE), ports(IDLE, 2 * IDLE), output -> assertThat(output.lines())
                        .as("a drain closes what is silent of its servers, and nothing else")
                        .containsExactlyInAnyOrderElementsOf(ended));
        Awaitility.await().atMost(1, TimeUnit.MINUTES).untilAsserted(() -> assertThat(
                        owners(cli, FIRST_IDLE_PORT).values())
                .hasSize(2 * IDLE)
                .contains(1, 2));
        owners(cli, FIRST_IDLE_PORT).forEach((port, member) -> {
            if (member == 2) {
                ended.add(port + " ended");
            }
        });

        must(cli, "add", "--timeout", "300");
        // Members are asked one after the other: what moves between two of them meanwhile is seen at neither.
        Awaitility.await().atMost(1, TimeUnit.MINUTES).untilAsserted(() -> assertThat(owners(cli))
                .as("some have moved to the new member")
                .hasSize(DOWNLOADS)
                .contains(3));
        cli.run("rebalance");
        must(cli, "drain", "3", "--timeout", "300");
        assertThat(owners(cli)).as("and back").isNotEmpty().doesNotContain(3);
        must(cli, "drain", "2", "--timeout", "400");
        assertThat(owners(cli)).doesNotContain(2);
        for (final Programs.Running download : downloads) {
            download.finish();
        }
        idle.process().toHandle().destroy(); // which leaves its output to be read
        idle.finish();
    }

    private static List<Integer> ports(final int from, final int to) {
        return IntStream.range(from, to)
                .map(i -> FIRST_IDLE_PORT + i * PORT_STEP)
                .boxed()
                .toList();
    }
}
