package odonata.node.httpd;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import odonata.node.http.MediaTypes;

/** What there is to be had: generated pages, and the files of a folder if there is one. Any thread; it keeps no state. */
final class Site {
    private static final long LONGEST = 1L << 40;
    private static final long LONGEST_DELAY_MS = 60_000;
    private static final String TEXT = "text/plain; charset=UTF-8";

    private static final String INDEX = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Odonata</title>
            <h1>Odonata</h1>
            <p>This page came over the cluster's own TCP, from a process on CPU {cpu}.</p>
            <ul>
            <li><a href="/bytes/1000">/bytes/N</a>: N bytes; the one at place i is i mod 251</li>
            <li><a href="/chunked/1000">/chunked/N</a>: the same in chunks, without a length</li>
            <li><a href="/delay/500">/delay/MS</a>: an answer after so many milliseconds</li>
            <li>/upload: POST or PUT; answers with the length and the SHA-256 of what came</li>
            </ul>
            </html>
            """;

    private final Optional<Path> root;

    /** With the files below {@code root}, which is a folder. */
    Site(final Optional<Path> root) {
        this.root = root.map(path -> path.toAbsolutePath().normalize());
    }

    /** What a request for {@code target} gets from a process on {@code cpu}; {@code upload} is what came with it. */
    Page page(final String method, final String target, final int cpu, final Upload upload) {
        final String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
        if ("/upload".equals(path)) {
            return upload(method, upload);
        }
        if (!"GET".equals(method) && !"HEAD".equals(method)) {
            return Page.text(405, "method not allowed\n").with(Map.of("Allow", "GET, HEAD", "Content-Type", TEXT));
        }
        return numbered(path, "/bytes/", LONGEST, n -> Page.of(200, "application/octet-stream", Body.pattern(n)))
                .or(() -> numbered(
                        path, "/chunked/", LONGEST, n -> Page.of(200, "application/octet-stream", Body.pattern(n))
                                .inChunks()))
                .or(() -> numbered(path, "/delay/", LONGEST_DELAY_MS, ms -> Page.text(200, "waited " + ms + " ms\n")
                        .after(ms)))
                .or(() -> root.flatMap(folder -> file(folder, path)))
                .or(() -> "/".equals(path)
                        ? Optional.of(Page.of(
                                200,
                                "text/html; charset=UTF-8",
                                Body.of(INDEX.replace("{cpu}", Integer.toString(cpu)))))
                        : Optional.empty())
                .orElseGet(() -> Page.text(404, "not found: " + path + "\n"));
    }

    private static Page upload(final String method, final Upload upload) {
        return "POST".equals(method) || "PUT".equals(method)
                ? Page.text(200, upload.length() + " " + HexFormat.of().formatHex(upload.sha256()) + "\n")
                : Page.text(405, "method not allowed\n").with(Map.of("Allow", "POST, PUT", "Content-Type", TEXT));
    }

    private static Optional<Page> numbered(
            final String path, final String prefix, final long most, final LongFunction<Page> page) {
        if (!path.startsWith(prefix)) {
            return Optional.empty();
        }
        try {
            final long number = Long.parseLong(path.substring(prefix.length()));
            if (number >= 0 && number <= most) {
                return Optional.of(page.apply(number));
            }
        } catch (final NumberFormatException e) {
            // said below
        }
        return Optional.of(Page.text(400, "want " + prefix + "N with N of 0.." + most + "\n"));
    }

    /** Nothing outside the folder, whatever the path says. */
    private static Optional<Page> file(final Path folder, final String path) {
        try {
            final Path asked = folder.resolve("." + URLDecoder.decode(path, StandardCharsets.UTF_8))
                    .normalize();
            final Path file = Files.isDirectory(asked) ? asked.resolve("index.html") : asked;
            if (!file.startsWith(folder)
                    || !Files.isRegularFile(file)
                    || !file.toRealPath().startsWith(folder.toRealPath())) {
                return Optional.empty();
            }
            final String type = MediaTypes.of(file.getFileName().toString()).orElse("application/octet-stream");
            return Optional.of(Page.of(200, type, Body.of(Files.newInputStream(file), Files.size(file))));
        } catch (final IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
