package odonata.loadgen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import odonata.protocol.pcap.PcapException;

/**
 * The load-generator process. One line of JSON comes in ({@link Job}), lines of JSON go out ({@link Report}).
 *
 * <p>It ends when the job is done; a line {@code stop}, the end of its input (the parent died) or SIGTERM end it early: open
 * answers are still waited for. Exit code 0 with a {@code result}, 1 with an {@code error}, 2 when the job cannot be.
 */
public final class LoadGenerator {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final ObjectMapper json = new ObjectMapper();
    private final PrintStream out;
    private final AtomicBoolean stop = new AtomicBoolean();

    private LoadGenerator(final PrintStream out) {
        this.out = out;
    }

    /** Starts the process; no arguments. */
    public static void main(final String[] args) {
        final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        final LoadGenerator generator = new LoadGenerator(out);
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.exit(generator.serve(in));
    }

    private int serve(final BufferedReader in) {
        try {
            final String line = in.readLine();
            if (line == null) {
                return usage(
                        "no job on standard input; this process is started by './odonata load', 'replay' or 'demo'");
            }
            final Job job = json.readValue(line, Job.class);
            watch(in);
            final Consumer<Report> reports = this::write;
            final WireConnector connector = new WireConnector(job, System::nanoTime, stop::get);
            write(new JobRunner(job, connector, System::nanoTime, reports, stop::get).run());
            return 0;
        } catch (final JsonProcessingException | IllegalArgumentException | PcapException e) {
            return usage(e.getMessage());
        } catch (final IOException e) {
            write(Report.error(e.getMessage()));
            return FAILED;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private int usage(final String message) {
        write(Report.error(message));
        return USAGE;
    }

    /** Stops when the parent says so or is gone. */
    private void watch(final BufferedReader in) {
        final Thread watcher = new Thread(
                () -> {
                    try {
                        for (String line = in.readLine(); line != null && !"stop".equals(line); ) {
                            line = in.readLine();
                        }
                    } catch (final IOException e) {
                        write(Report.error("standard input: " + e.getMessage()));
                    }
                    stop.set(true);
                },
                "parent-watch");
        watcher.setDaemon(true);
        watcher.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop.set(true), "on-signal"));
    }

    private synchronized void write(final Report report) {
        try {
            out.println(json.writeValueAsString(report));
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException("a report that cannot be written", e);
        }
    }
}
