package odonata.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import odonata.bench.HttpBench.Row;

/** The servers of both sides, in a temporary folder and on ports of the loopback device, and their clients. Everything started is ended by its process. */
final class HttpSides implements AutoCloseable {
    private static final int BODY = 1_000;
    private static final String LOOPBACK = "127.0.0.1";
    private static final Pattern NGINX = Pattern.compile("Requests/sec:\\s*([0-9.]+)");
    private static final Pattern REDIS_RATE = Pattern.compile("([0-9.]+) requests per second");
    private static final double NS_PER_S = 1e9;

    /** What is run and is no part of the project. */
    private static final List<String> COMMANDS = List.of("nginx", "wrk", "redis-server", "redis-benchmark");

    private final Path root;
    private final List<String> program;
    private final Path folder;
    private final int seconds;
    private final int httpPort = freePort();
    private final int redisPort = freePort();
    private final List<Process> servers = new ArrayList<>();

    /** Requests a second, and processor time of a request in microseconds. */
    record Rate(double perSecond, double cpuUs) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%,.0f/s, %.1f us", perSecond, cpuUs);
        }
    }

    private HttpSides(final Path root, final List<String> program, final Path folder, final int seconds)
            throws IOException {
        this.root = root;
        this.program = program;
        this.folder = folder;
        this.seconds = seconds;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Commands that it needs and this machine lacks. */
    static List<String> missing() {
        return COMMANDS.stream()
                .filter(command -> Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, command))))
                .toList();
    }

    /**
     * Starts the servers.
     *
     * @param root folder of the project
     * @param program the command {@code odonata}, with what stands before its words
     */
    static HttpSides start(final Path root, final List<String> program, final int seconds)
            throws IOException, InterruptedException {
        final HttpSides sides = new HttpSides(root, program, Files.createTempDirectory("odonata-bench"), seconds);
        try {
            sides.startAll();
        } catch (final IOException | RuntimeException e) {
            sides.close();
            throw e;
        }
        return sides;
    }

    private void startAll() throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("html/bytes"));
        final byte[] body = new byte[BODY];
        for (int i = 0; i < BODY; i++) {
            body[i] = (byte) (i % 251);
        }
        Files.write(folder.resolve("html/bytes/" + BODY), body);
        Files.writeString(folder.resolve("nginx.conf"), """
                worker_processes 1; daemon off; pid %1$s/pid; error_log %1$s/error.log;
                events { worker_connections 1024; }
                http {
                    access_log off; keepalive_requests 1000000000; open_file_cache max=10;
                    client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                    uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                    server { listen 127.0.0.1:%2$d; root %1$s/html; }
                }
                """.formatted(folder, httpPort));
        server("nginx", "-e", folder + "/error.log", "-c", folder + "/nginx.conf", "-p", folder.toString());
        server("redis-server", "--port", "" + redisPort, "--bind", LOOPBACK, "--save", "", "--dir", folder.toString());
        odonata("up", "--members", "1", "--cpus", "2", "--set", "odonata.member.heap-mb=1024");
        odonata("load", "--workload", "kv", "--set-share", "1", "--keys", "1000", "--warmup", "0", "--duration", "3");
        run("redis-benchmark", "-p", "" + redisPort, "-t", "set", "-d", "64", "-n", "1000", "-q");
    }

    private void server(final String... command) throws IOException {
        servers.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(command[0] + ".out").toFile())
                .start());
    }

    private String run(final String... command) throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
        builder.environment().put("ODONATA_HOME", folder.resolve("home").toString());
        builder.redirectError(folder.resolve("stderr").toFile());
        final Process process = builder.start();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + process.exitValue() + "\n" + out
                    + Files.readString(folder.resolve("stderr")));
        }
        return out;
    }

    private String odonata(final String... words) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(program);
        command.addAll(List.of(words));
        return run(command.toArray(String[]::new));
    }

    /** Measures the load generator and the cluster. The member's processor time is that of the second half of the warm-up and of the measured time. */
    Rate ours(final Row row) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of("load", "--json", "--warmup", "" + 2 * seconds));
        command.addAll(List.of("--duration", "" + seconds));
        command.addAll(
                switch (row) {
                    case KEEP_ALIVE -> List.of("--workload", "http", "--path", "/bytes/" + BODY);
                    case CLOSE ->
                        List.of("--workload", "http", "--path", "/bytes/" + BODY, "--requests-per-connection", "1");
                    case GET_1 ->
                        List.of("--workload", "kv", "--set-share", "0", "--keys", "1000", "--connections", "50");
                    case GET_16 ->
                        List.of(
                                "--workload",
                                "kv",
                                "--set-share",
                                "0",
                                "--keys",
                                "1000",
                                "--connections",
                                "50",
                                "--pipeline",
                                "16");
                });
        final ProcessHandle member = member();
        final Sampler sampler = new Sampler(member, 3 * seconds);
        final Thread sampling = new Thread(sampler, "sampler");
        sampling.start();
        final String summary = odonata(command.toArray(String[]::new));
        sampling.join();
        final double answered = number(summary, "\"load\"[^}]*?\"answered\"\\s*:\\s*([0-9.]+)");
        final double measured = number(summary, "\"load\"[^}]*?\"seconds\"\\s*:\\s*([0-9.E]+)");
        final double generator = number(summary, "\"cpuSeconds\"\\s*:\\s*([0-9.E-]+)");
        if (!Pattern.compile("\"errors\"\\s*:\\s*\\{\\s*}").matcher(summary).find()) {
            throw new IOException("errors: " + summary);
        }
        return new Rate(answered / measured, 1e6 * (generator / answered + sampler.cores * measured / answered));
    }

    /** How many cores a process takes over a time, from its middle on. */
    private static final class Sampler implements Runnable {
        private final ProcessHandle process;
        private final int seconds;
        private volatile double cores;

        Sampler(final ProcessHandle process, final int seconds) {
            this.process = process;
            this.seconds = seconds;
        }

        @Override
        public void run() {
            try {
                TimeUnit.MILLISECONDS.sleep(seconds * 500L);
                final long from = nanos(process);
                final long began = System.nanoTime();
                TimeUnit.MILLISECONDS.sleep(seconds * 400L);
                cores = (nanos(process) - from) / (double) (System.nanoTime() - began);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long nanos(final ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private ProcessHandle member() throws IOException, InterruptedException {
        final long pid = (long) number(odonata("status", "--json"), "\"pid\"\\s*:\\s*([0-9]+)");
        return ProcessHandle.of(pid).orElseThrow();
    }

    /** Measures the others. */
    Rate theirs(final Row row) throws IOException, InterruptedException {
        final String redis = "" + (row == Row.GET_16 ? 16 : 1);
        final boolean http = row == Row.KEEP_ALIVE || row == Row.CLOSE;
        final List<String> command = new ArrayList<>();
        if (http) {
            command.addAll(List.of("wrk", "-t1", "-c64", "-d" + seconds));
            command.addAll(row == Row.CLOSE ? List.of("-H", "Connection: close") : List.of());
            command.add("http://" + LOOPBACK + ":" + httpPort + "/bytes/" + BODY);
        } else {
            // So many that they take some seconds on a machine of today; it knows no time limit.
            final int requests = seconds * (row == Row.GET_16 ? 600_000 : 60_000);
            command.addAll(List.of("redis-benchmark", "-p", "" + redisPort, "-t", "get", "-d", "64", "-c", "50"));
            command.addAll(List.of("-P", redis, "-q", "-n", "" + requests));
        }
        final Process server = servers.get(http ? 0 : 1);
        final long before = nanosOf(server);
        final long began = System.nanoTime();
        final String out = run(timed(command));
        final double took = (System.nanoTime() - began) / NS_PER_S;
        final double perSecond = number(out, (http ? NGINX : REDIS_RATE).pattern());
        final double cpu = (nanosOf(server) - before) / NS_PER_S + clientSeconds(out);
        return new Rate(perSecond, 1e6 * cpu / (perSecond * took));
    }

    private static String[] timed(final List<String> command) {
        final List<String> all = new ArrayList<>(List.of("bash", "-c", "\"$@\"; times", "bash"));
        all.addAll(command);
        return all.toArray(String[]::new);
    }

    /** The server and its children. */
    private static long nanosOf(final Process server) {
        return nanos(server.toHandle())
                + server.descendants().mapToLong(HttpSides::nanos).sum();
    }

    /** What bash says of its children in its last line: minutes and seconds of user and system time. */
    private static double clientSeconds(final String out) {
        final List<String> lines = out.strip().lines().toList();
        double sum = 0;
        for (final String part : lines.get(lines.size() - 1).split(" ", -1)) {
            final String[] time = part.replace("s", "").split("m", -1);
            sum += 60 * Double.parseDouble(time[0]) + Double.parseDouble(time[1]);
        }
        return sum;
    }

    private static double number(final String text, final String pattern) throws IOException {
        final Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        String last = "";
        while (matcher.find()) {
            last = matcher.group(1);
        }
        if (last.isEmpty()) {
            throw new IOException("no " + pattern + " in: " + text);
        }
        return Double.parseDouble(last);
    }

    @Override
    public void close() throws IOException {
        try {
            if (Files.exists(folder.resolve("home"))) {
                odonata("down");
            }
            for (final Process server : servers) {
                server.destroy();
                server.waitFor(10, TimeUnit.SECONDS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
