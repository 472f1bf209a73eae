package odonata.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One of two web servers at 10.77.77.1 behind a TUN device, and the client's network namespace. Needs root. */
abstract class TunSide implements AutoCloseable {
    static final String ADDRESS = "10.77.77.1";
    private static final String CLIENT_ADDRESS = "10.77.77.2/24";
    private static final String CLIENT = "odbenchc";
    private static final String SERVER = "odbenchs";
    private static final String NEAR = "odbench0";
    private static final String FAR = "odbench1";
    private static final long END_S = 10;

    /** Runs a command to its end and answers what it printed. */
    static String run(final String... command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private static String[] in(final String namespace, final String... command) {
        return Stream.concat(Stream.of("ip", "netns", "exec", namespace), Arrays.stream(command))
                .toArray(String[]::new);
    }

    /** Runs a command as a client. */
    final String client(final String... command) throws IOException, InterruptedException {
        return run(in(CLIENT, command));
    }

    /** Waits until the server answers a request for {@code path}. */
    final void awaitServer(final String path) throws IOException, InterruptedException {
        final String[] patience = {"--retry", "60", "--retry-delay", "1", "--retry-connrefused"};
        client(Stream.concat(
                        Stream.of("curl", "-sS", "--fail", "-o", "/dev/null", "http://" + ADDRESS + path),
                        Arrays.stream(patience))
                .toArray(String[]::new));
    }

    /** Moves a device into a new namespace and sets it up. */
    static void adopt(final String namespace, final String device, final String address)
            throws IOException, InterruptedException {
        run("ip", "netns", "add", namespace);
        run("ip", "link", "set", device, "netns", namespace);
        run("ip", "-n", namespace, "addr", "add", address, "dev", device);
        run("ip", "-n", namespace, "link", "set", device, "up");
    }

    @Override
    public void close() throws IOException {
        for (final String namespace : List.of(CLIENT, SERVER)) {
            new ProcessBuilder("ip", "netns", "del", namespace)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        }
    }

    /** A cluster of one member. */
    static final class Cluster extends TunSide {
        private final Path home = Files.createTempDirectory("odonata-bench");

        Cluster(final int cpus) throws IOException, InterruptedException {
            odonata("up", "--members", "1", "--cpus", Integer.toString(cpus), "--tun", NEAR);
            adopt(CLIENT, NEAR, CLIENT_ADDRESS);
        }

        private void odonata(final String... arguments) throws IOException, InterruptedException {
            final List<String> command = new ArrayList<>(List.of("env", "ODONATA_HOME=" + home, "./odonata"));
            command.addAll(List.of(arguments));
            run(command.toArray(String[]::new));
        }

        @Override
        public void close() throws IOException {
            try {
                odonata("down");
                run("rm", "-r", home.toString());
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.close();
        }
    }

    /** nginx on the kernel's TCP, behind two TUN devices that a pump joins. */
    static final class Nginx extends TunSide {
        private static final String CONFIG = """
                worker_processes 1;
                daemon off;
                pid nginx.pid;
                error_log stderr error;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  keepalive_requests 1000000000;
                  server { listen 80; root .; }
                }
                """;

        private final Path root = Files.createTempDirectory(Path.of("/dev/shm"), "odonata-bench");
        private final Process pump;
        private final Process nginx;

        Nginx(final List<Long> sizes) throws IOException, InterruptedException {
            pump = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElse("java"),
                            "-cp",
                            System.getProperty("java.class.path"),
                            TunPair.class.getName(),
                            NEAR,
                            FAR)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (pump.inputReader().readLine() == null) {
                throw new IOException("the pump did not start");
            }
            adopt(CLIENT, NEAR, CLIENT_ADDRESS);
            adopt(SERVER, FAR, ADDRESS + "/24");
            Files.writeString(root.resolve("nginx.conf"), CONFIG);
            Files.createDirectory(root.resolve("bytes"));
            for (final long size : sizes) {
                run(
                        "truncate",
                        "-s",
                        Long.toString(size),
                        root.resolve("bytes/" + size).toString());
            }
            run("chmod", "-R", "a+rX", root.toString());
            nginx = new ProcessBuilder(in(SERVER, "nginx", "-p", root.toString(), "-c", "nginx.conf"))
                    .inheritIO()
                    .start();
        }

        @Override
        public void close() throws IOException {
            nginx.destroy();
            pump.getOutputStream().close();
            try {
                if (!nginx.waitFor(END_S, TimeUnit.SECONDS) || !pump.waitFor(END_S, TimeUnit.SECONDS)) {
                    throw new IOException("nginx or the pump does not end");
                }
                run("rm", "-r", root.toString());
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            super.close();
        }
    }
}
