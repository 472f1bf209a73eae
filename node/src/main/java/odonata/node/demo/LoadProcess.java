package odonata.node.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import odonata.loadgen.Job;
import odonata.loadgen.Report;
import odonata.node.launch.ClusterFolder;
import odonata.node.launch.JavaCommand;
import odonata.node.launch.Spawn;
import odonata.node.snapshot.Json;

/**
 * The load generator's JVM: is given its job as a line on its standard input, tells how it goes by lines on its standard
 * output. It ends when its input closes, so it does not outlive this process.
 */
public final class LoadProcess implements AutoCloseable {
    private static final String MAIN = "odonata.loadgen.LoadGenerator";
    private static final int HEAP_MB = 256;
    private static final int MAX_REPORTS = 10_000;

    private final Process process;
    private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>(MAX_REPORTS);

    private LoadProcess(final Process process) {
        this.process = process;
    }

    /** Starts the JVM with the settings of a cluster; it waits for its job. */
    public static LoadProcess start(final Map<String, String> environment, final ClusterFolder cluster) {
        return start(
                environment,
                Optional.of(cluster.config()).filter(Files::isReadable),
                cluster.root().resolve("logs").resolve("load.log"));
    }

    /** Starts the JVM with the settings of a file, if there is one; it waits for its job. */
    public static LoadProcess start(
            final Map<String, String> environment, final Optional<Path> config, final Path log) {
        final List<String> command = JavaCommand.jvm(MAIN, HEAP_MB, environment);
        config.ifPresent(file -> command.add(1, "-Dconfig.file=" + file));
        final LoadProcess load = new LoadProcess(Spawn.talking(command, log));
        final Thread reader = new Thread(load::read, "load-reports");
        reader.setDaemon(true);
        reader.start();
        return load;
    }

    /** Gives it its job. */
    public void begin(final Job job) {
        try {
            final OutputStream in = process.getOutputStream();
            in.write(Json.bytes(job));
            in.write('\n');
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the load generator has ended", e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    reports.put(Json.read(line.getBytes(StandardCharsets.UTF_8), Report.class));
                }
            }
        } catch (IOException | UncheckedIOException e) {
            offerError("the load generator's reports cannot be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        offerError("the load generator ended without a result");
    }

    private void offerError(final String message) {
        if (!reports.offer(Report.error(message))) {
            process.destroyForcibly();
        }
    }

    /** What it has said and nobody has taken yet. */
    public BlockingQueue<Report> reports() {
        return reports;
    }

    /** Its process. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Asks it to stop and to say what came of it so far; it ends by itself then. */
    public void stop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            process.destroy();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
