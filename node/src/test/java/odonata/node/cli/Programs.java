package odonata.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import odonata.testkit.tun.NetNamespace;

/**
 * Programs of the machine as clients of the cluster's web server, in a network namespace. Each is started, and judged when it has ended: by
 * the hash of what it got, where it got much.
 */
final class Programs {
    private static final String ADDRESS = "10.77.77.1";
    private static final String SITE = "http://" + ADDRESS;
    private static final String CLI = "redis-cli -h " + ADDRESS;
    private static final int READERS = 3;
    private static final String CHROMIUM = "/usr/bin/chromium";
    private static final int LIMIT_S = 150;
    private static final String PAGE = "page.html";
    private static final int PAGE_BYTES = 100_000;

    private final NetNamespace namespace;
    private final Path folder;

    /** A program that runs, and what its output must be. */
    record Running(String what, Process process, Consumer<String> judge) {
        /** Waits for its end and judges. */
        void finish() throws IOException, InterruptedException {
            final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(what).isTrue();
            judge.accept(output);
        }
    }

    /** Clients in {@code namespace}; {@code folder} is for their files. */
    Programs(final NetNamespace namespace, final Path folder) {
        this.namespace = namespace;
        this.folder = folder;
    }

    /** What is missing on this machine, as a reason to skip; empty when nothing is. */
    static String missing() {
        final List<String> missing = Stream.of("ip", "ping", "curl", "nc", "sha256sum", "redis-cli", "redis-benchmark")
                .filter(program -> !NetNamespace.has(program))
                .toList();
        return missing.isEmpty() ? "" : "skipped: install " + String.join(", ", missing);
    }

    /** Puts what the browser fetches into the folder that the cluster serves. */
    static void writePage(final Path root) throws IOException {
        Files.writeString(root.resolve(PAGE), """
                <!doctype html><title>Page</title><link rel="stylesheet" href="style.css"><img src="picture.svg" alt="">
                <p id="sum"></p><script src="sum.js"></script>
                """);
        Files.writeString(root.resolve("style.css"), "p { color: green }\n");
        Files.writeString(
                root.resolve("picture.svg"),
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><rect width=\"9\" height=\"9\"/></svg>\n");
        Files.writeString(root.resolve("sum.js"), """
                const request = new XMLHttpRequest();
                request.open('GET', '/bytes/%d', false);
                request.overrideMimeType('text/plain; charset=x-user-defined');
                request.send();
                let sum = 0;
                for (const c of request.responseText) sum = (Math.imul(sum, 31) + (c.charCodeAt(0) & 255)) | 0;
                document.getElementById('sum').textContent = 'sum ' + sum + ' of ' + request.responseText.length;
                """.formatted(PAGE_BYTES));
    }

    private Running start(final String what, final Consumer<String> judge, final String script) throws IOException {
        return start(what, judge, LIMIT_S, script);
    }

    private Running start(final String what, final Consumer<String> judge, final int limitS, final String script)
            throws IOException {
        final Process process = namespace.start("timeout", "-k", "5", Integer.toString(limitS), "bash", "-c", script);
        process.getOutputStream().close();
        return new Running(what, process, judge);
    }

    /** Echoes; {@code least} of ten must be answered. */
    Running ping(final int least) throws IOException {
        return start(
                "ping",
                output -> assertThat(Integer.parseInt(output.replaceAll("(?s).*transmitted, (\\d+) received.*", "$1")))
                        .as(output)
                        .isGreaterThanOrEqualTo(least),
                "ping -n -c 10 -i 0.1 -w 20 " + ADDRESS);
    }

    /** A small page from a port of its own; the CPU that served it is added to {@code servers}. */
    Running small(final int port, final Set<String> servers) throws IOException {
        return start(
                "curl, small",
                output -> {
                    assertThat(output).contains("over the cluster's own TCP");
                    servers.add(output.replaceAll("(?s).*CPU (\\d+).*", "$1"));
                },
                "curl -s -m " + LIMIT_S + " --local-port " + port + " " + SITE + "/");
    }

    /** So many bytes; {@code kind} is {@code bytes} or {@code chunked}. */
    Running download(final String kind, final int bytes) throws IOException {
        return start(
                "curl, " + kind,
                output -> assertThat(output).startsWith(sha256(bytes)),
                "curl -s -m " + LIMIT_S + " " + SITE + "/" + kind + "/" + bytes + " | sha256sum");
    }

    /** So many bytes from a port of its own, at most {@code rate} a second: it takes as long as that. */
    Running slowly(final int port, final int bytes, final int rate) throws IOException {
        return start(
                "curl, slowly",
                output -> assertThat(output).startsWith(sha256(bytes)),
                3 * (bytes / rate) + 60,
                "curl -s --limit-rate " + rate + " --local-port " + port + " " + SITE + "/bytes/" + bytes
                        + " | sha256sum");
    }

    /** Connections that have had an answer and then are silent, from ports of their own; those that the server closes in order are its output. */
    Running idle(final List<Integer> webPorts, final List<Integer> keyPorts, final Consumer<String> judge)
            throws IOException {
        final String script = """
                const open = (localPort, port, text) => {
                    const socket = require('net').connect({host: '%s', port, localPort});
                    socket.on('error', error => console.log(localPort + ' ' + error.code));
                    socket.on('end', () => console.log(localPort + ' ended'));
                    socket.on('data', data => {});
                    socket.write(text);
                };
                %s.forEach(port => open(port, 80, 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'));
                %s.forEach(port => open(port, 6379, 'PING\\r\\n'));
                """.formatted(ADDRESS, webPorts, keyPorts);
        final Path file = folder.resolve("idle.js");
        Files.writeString(file, script);
        return start("node, idle", judge, 1_200, "exec node " + file);
    }

    /** So many bytes to the cluster, which answers with their hash. */
    Running upload(final int bytes) throws IOException {
        final Path file = folder.resolve("upload-" + bytes);
        Files.write(file, pattern(bytes));
        return start(
                "curl, upload",
                output -> assertThat(output).isEqualTo(bytes + " " + sha256(bytes) + "\n"),
                "curl -s -m " + LIMIT_S + " -T " + file + " " + SITE + "/upload");
    }

    /** Many requests on one connection. */
    Running keepAlive(final int requests) throws IOException {
        return start(
                "curl, keep-alive",
                output -> {
                    assertThat(output).contains("Re-using existing connection");
                    assertThat(output.split("HTTP/1.1 200 OK", -1)).hasSize(requests + 1);
                    assertThat(output)
                            .contains("#0")
                            .doesNotContain("Connected to " + ADDRESS + " (" + ADDRESS + ") port 80 (#1)");
                },
                "curl -s -v -m " + LIMIT_S + " -o /dev/null " + SITE + "/bytes/[1-" + requests + "]");
    }

    /** The answer to a request that is written by hand, until the server closes. */
    Running netcat(final int bytes) throws IOException {
        return start(
                "nc",
                output -> assertThat(output).startsWith(sha256(bytes)),
                "printf 'GET /bytes/" + bytes + " HTTP/1.0\\r\\n\\r\\n' | nc " + ADDRESS + " 80 | tail -c " + bytes
                        + " | sha256sum");
    }

    /**
     * Keys, set by one {@code redis-cli} that does not wait for the answers and read back by others at once, before and after so many requests of each kind by
     * {@code redis-benchmark}, of which as many increments are counted and none twice. The members that serve connections from {@code ports} are added to
     * {@code servers}.
     */
    Running redis(final int keys, final int requests, final int[] ports, final Set<String> servers) throws IOException {
        final Path sets = folder.resolve("sets-" + keys);
        Files.writeString(sets, each(keys, i -> "SET key:" + i + " " + value(i) + "\r\n"));
        final Path gets = folder.resolve("gets-" + keys);
        Files.writeString(gets, "MGET" + each(keys, i -> " key:" + i) + "\r\n");
        final String read = "; for i in {1.." + READERS + "}; do " + CLI + " < " + gets + " > " + gets
                + ".$i & done; wait; cat " + gets + ".*; ";
        final String ask = "for port in" + each(ports.length, i -> " " + ports[i])
                + "; do printf 'INFO server\\r\\n' | nc -N -p $port " + ADDRESS + " 6379 & done; wait; ";
        final String counter = "counter:000000000000";
        final String bench = "redis-benchmark -h " + ADDRESS + " -c 8 -P 4 -n " + requests + " -q ";
        return start(
                "redis-cli and redis-benchmark",
                output -> {
                    assertThat(output)
                            .contains("errors: 0, replies: " + keys)
                            .contains("PING_INLINE: ", "SET: ", "GET: ", "MSET (10 keys): ", "INCR: ")
                            .doesNotContain("Error", "WARNING")
                            .endsWith("\n" + requests + "\n");
                    assertThat(output.split(each(keys, i -> value(i) + "\n"), -1))
                            .hasSize(1 + 2 * READERS);
                    Pattern.compile("\\bmember:(\\d+)")
                            .matcher(output)
                            .results()
                            .forEach(found -> servers.add(found.group(1)));
                },
                CLI + " DEL " + counter + "; " + CLI + " --pipe < " + sets + read + ask + bench
                        + "-r 50 -t ping,set,get,mset" + read + bench + "-r 1 -t incr; " + CLI + " GET " + counter);
    }

    private static String each(final int count, final IntFunction<String> what) {
        return IntStream.range(0, count).mapToObj(what).collect(Collectors.joining());
    }

    private static String value(final int i) {
        return "value-" + Integer.toString(i * 7_919, 36) + "-" + "x".repeat(i % 100);
    }

    /** A page with a style, a picture and a script, which fetches bytes and shows their sum. */
    Running browser() throws IOException {
        final Path profile = Files.createTempDirectory(folder, "chromium");
        int sum = 0;
        for (final byte b : pattern(PAGE_BYTES)) {
            sum = 31 * sum + (b & 0xff);
        }
        final String expected = "sum " + sum + " of " + PAGE_BYTES;
        return start(
                "chromium",
                output -> assertThat(output).contains(expected),
                CHROMIUM + " --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
                        + " --disable-component-update --disable-sync --timeout=120000 --user-data-dir=" + profile
                        + " --dump-dom "
                        + SITE
                        + "/" + PAGE + " 2>&1");
    }

    /** Whether {@link #browser} can be started. */
    static boolean hasBrowser() {
        return Files.isExecutable(Path.of(CHROMIUM));
    }

    private static byte[] pattern(final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    private static String sha256(final int length) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(pattern(length)));
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
