package odonata.testkit.tun;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace of the test's own, so that nothing outside is touched. Needs Linux, root and iproute2. */
public final class NetNamespace implements AutoCloseable {

    private static final long LIMIT_S = 240;
    private static final AtomicInteger MADE = new AtomicInteger();

    private final String name;

    private NetNamespace(final String name) {
        this.name = name;
    }

    /** A new namespace; skips the test, saying why, where none can be made. */
    public static NetNamespace create() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "skipped: TUN needs Linux");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "skipped: no /dev/net/tun (modprobe tun)");
        assumeTrue(has("ip") && has("ping"), "skipped: install iproute2 and iputils-ping");
        final String name = "odonata-" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet();
        final Result made = run(List.of("ip", "netns", "add", name));
        assumeTrue(made.status() == 0, "skipped: no network namespace, run as root: " + made.output());
        final NetNamespace namespace = new NetNamespace(name);
        namespace.exec("ip", "link", "set", "lo", "up");
        return namespace;
    }

    /** Whether a program is on the path. */
    public static boolean has(final String command) {
        for (final String dir : System.getenv("PATH").split(":", -1)) {
            if (Files.isExecutable(Path.of(dir, command))) {
                return true;
            }
        }
        return false;
    }

    /** Exit status and output of a command. */
    public record Result(int status, String output) {}

    private static Result run(final List<String> command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return finish(process);
    }

    private static Result finish(final Process process) throws IOException, InterruptedException {
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Result(-1, output);
        }
        return new Result(process.exitValue(), output);
    }

    /** Runs a command that must succeed, in the namespace; answers what it printed. */
    public String exec(final String... command) throws IOException, InterruptedException {
        final Result result = tryExec(command);
        if (result.status() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + result);
        }
        return result.output();
    }

    /** The same, and it may fail. */
    public Result tryExec(final String... command) throws IOException, InterruptedException {
        final Process process = start(command);
        process.getOutputStream().close();
        return finish(process);
    }

    /** Starts a command in the namespace, with its errors among its output. */
    public Process start(final String... command) throws IOException {
        final List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).redirectErrorStream(true).start();
    }

    /** Moves a device here, gives it an address such as {@code 10.77.77.2/24}, and sets it up. */
    public void adopt(final String device, final String address) throws IOException, InterruptedException {
        final Result moved = run(List.of("ip", "link", "set", device, "netns", name));
        if (moved.status() != 0) {
            throw new AssertionError(moved.toString());
        }
        exec("ip", "addr", "add", address, "dev", device);
        exec("ip", "link", "set", device, "up");
    }

    /** Its name, for {@code ip netns}. */
    public String name() {
        return name;
    }

    /** Removes it with the devices in it. */
    @Override
    public void close() throws IOException {
        try {
            run(List.of("ip", "netns", "del", name));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
