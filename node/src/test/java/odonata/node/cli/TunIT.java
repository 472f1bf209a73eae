package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import odonata.node.launch.Trees;
import odonata.node.snapshot.Json;
import odonata.protocol.clock.Seed;
import odonata.testkit.SeedRuns;
import odonata.testkit.tun.ImpairedLink;
import odonata.testkit.tun.Impairment;
import odonata.testkit.tun.NetNamespace;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Programs of the machine reach the cluster's one address, whose web and key-value servers are on two members, through a TUN device of the first. The device is in a
 * network namespace of the test's own, the router; impaired clients are in another one, behind a cable that the test lays. {@code -Dtun.matrix=true}
 * lets every program fetch much over every cable.
 */
@Tag("slow")
@WholeClusters
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class TunIT {
    private static final String PID = Long.toString(ProcessHandle.current().pid() % 100_000);
    private static final String DEVICE = "odc" + PID;
    private static final String NEAR = "odn" + PID;
    private static final String FAR = "odf" + PID;
    private static final String CLIENT = "10.77.77.9";
    private static final boolean MATRIX = Boolean.getBoolean("tun.matrix");
    private static final int MUCH = 100_000_000;
    private static final int MATRIX_BYTES = 5_000_000;
    private static final int CLIENTS = 12;

    /** Ports whose low bytes, of which the flow hash is made, are all over: the kernel gives neighbours, which may be of one CPU. */
    private static final int FIRST_PORT = 20_011;

    private static final int PORT_STEP = 37;

    /** No port is used twice: the kernel may keep the last connection from it for a while. */
    private static final AtomicInteger PORTS = new AtomicInteger();

    private static Path home;
    private static Cli cli;
    private static NetNamespace router;

    /** What is between the client and the cluster, and how much a program fetches through it in a time that the gate has. */
    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    private enum Cable {
        LOSS_1(Impairment.none().losing(0.01), 1_000_000),
        LOSS_5(Impairment.none().losing(0.05), 200_000),
        REORDERING(Impairment.none().reordering(0.05), 2_000_000),
        DUPLICATION(Impairment.none().doubling(0.05), 10_000_000),
        CORRUPTION(Impairment.none().corrupting(0.01), 1_000_000),
        DELAY_50_MS(Impairment.none().delaying(50), 1_000_000),
        EVERYTHING(
                Impairment.none()
                        .losing(0.01)
                        .reordering(0.01)
                        .doubling(0.01)
                        .corrupting(0.001)
                        .delaying(5),
                200_000);

        private final Impairment impairment;
        private final int bytes;

        Cable(final Impairment impairment, final int bytes) {
            this.impairment = impairment;
            this.bytes = MATRIX ? MATRIX_BYTES : bytes;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Programs.missing().isEmpty(), Programs.missing());
        router = NetNamespace.create();
        home = Files.createTempDirectory("odonata-tun");
        final Path root = Files.createDirectory(home.resolve("site"));
        Programs.writePage(root);
        cli = new Cli(home);
        final Cli.Outcome up = cli.run(
                "up",
                "--members",
                "2",
                "--cpus",
                "1",
                "--profile",
                "patient",
                "--tun",
                DEVICE,
                "--set",
                "odonata.services.http-root=" + root,
                "--json");
        assertThat(up.exit()).as(up.err()).isZero();
        router.adopt(DEVICE, "10.77.77.2/24");
        router.exec("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0");
    }

    @AfterAll
    static void end() throws IOException {
        if (cli != null) {
            cli.run("down");
            Trees.delete(home);
        }
        if (router != null) {
            router.close();
        }
    }

    private static int port() {
        return FIRST_PORT + PORTS.getAndIncrement() * PORT_STEP;
    }

    private static int[] ports() {
        return IntStream.generate(TunIT::port).limit(CLIENTS).toArray();
    }

    @Test
    void shouldAnswerPingAndDatagramsOfRealPrograms() throws Exception {
        new Programs(router, home).ping(3).finish();
        for (int client = 0; client < CLIENTS; client++) {
            final String text = "datagram " + client;
            assertThat(router.exec(
                            "bash",
                            "-c",
                            "exec 3<>/dev/udp/10.77.77.1/7; echo '" + text + "' >&3; timeout 60 head -n 1 <&3"))
                    .isEqualTo(text + "\n");
        }
        Awaitility.await().atMost(1, TimeUnit.MINUTES).untilAsserted(() -> assertThat(cpus())
                .hasSize(2)
                .allMatch(cpu -> cpu.path("packets").asLong() > 0));
    }

    private static JsonNode cpus() {
        return Json.read(cli.run("status", "--json").out().getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .path("cpus");
    }

    /** A small page, many connections, much at once both ways, one connection for many requests; owners on both members. */
    @Test
    void shouldServeRealPrograms() throws Exception {
        final Programs programs = new Programs(router, home);
        final Set<String> servers = new TreeSet<>();
        for (int client = 0; client < CLIENTS; client++) {
            programs.small(port(), servers).finish();
        }
        assertThat(servers).as("CPUs that served").containsExactly("0", "1");
        programs.download("bytes", MUCH).finish();
        programs.download("chunked", MUCH / 5).finish();
        programs.upload(MUCH / 5).finish();
        programs.netcat(MUCH / 2).finish();
        programs.keepAlive(50).finish();
        final Set<String> keyServers = new TreeSet<>();
        programs.redis(2_000, 4_000, ports(), keyServers).finish();
        assertThat(keyServers).as("members that served keys").containsExactly("1", "2");
        assumeTrue(Programs.hasBrowser(), "the rest is skipped: install chromium");
        programs.browser().finish();
    }

    /** Whatever the cable does, each program gets every byte; all of them at once. */
    @ParameterizedTest
    @EnumSource
    void shouldServeRealProgramsThroughABadCable(final Cable cable) throws Exception {
        final long seed = SeedRuns.asked().orElse(1);
        final long beganNs = System.nanoTime();
        try (ImpairedLink link = ImpairedLink.open(NEAR, FAR, cable.impairment, Seed.of(seed));
                NetNamespace client = NetNamespace.create()) {
            router.adopt(NEAR, "10.77.78.1/32");
            router.exec("ip", "route", "add", CLIENT, "dev", NEAR);
            client.adopt(FAR, CLIENT + "/24");
            final Set<String> servers = new TreeSet<>();
            final Set<String> keyServers = new TreeSet<>();
            final List<Programs.Running> running = begin(new Programs(client, home), cable, servers, keyServers);
            for (final Programs.Running program : running) {
                program.finish();
            }
            assertThat(servers).as("CPUs that served").containsExactly("0", "1");
            assertThat(keyServers).as("members that served keys").containsExactly("1", "2");
            System.out.printf(
                    Locale.ROOT,
                    "%s: %d bytes each, %d packets lost, %.1f s (-Dseed=%d)%n",
                    cable,
                    cable.bytes,
                    link.lost(),
                    (System.nanoTime() - beganNs) / 1e9,
                    seed);
            assertThat(link.lost() > 0).isEqualTo(cable.impairment.loss() > 0);
        }
    }

    private static List<Programs.Running> begin(
            final Programs programs, final Cable cable, final Set<String> servers, final Set<String> keyServers)
            throws IOException {
        final List<Programs.Running> running = new ArrayList<>();
        running.add(programs.ping(3));
        for (int client = 0; client < CLIENTS; client++) {
            running.add(programs.small(port(), servers));
        }
        running.add(programs.download("bytes", cable.bytes));
        running.add(programs.upload(cable.bytes));
        running.add(programs.netcat(cable.bytes));
        running.add(programs.keepAlive(20));
        running.add(programs.redis(MATRIX ? 2_000 : 200, MATRIX ? 2_000 : 80, ports(), keyServers));
        if (Programs.hasBrowser() && (MATRIX || cable == Cable.LOSS_5 || cable == Cable.DELAY_50_MS)) {
            running.add(programs.browser());
        }
        return running;
    }

    @Test
    void shouldSayWhatIsWrongAndLeaveNothing() throws IOException {
        final Path other = Files.createTempDirectory(home, "other");
        final Cli.Outcome up = new Cli(other).run("up", "--members", "1", "--profile", "patient", "--tun", "lo");
        assertThat(up.exit()).isEqualTo(2);
        assertThat(up.err()).hasLineCount(1).containsAnyOf("choose another name", "run as root", "modprobe");
        assertThat(other.resolve("clusters/default")).doesNotExist();
    }
}
