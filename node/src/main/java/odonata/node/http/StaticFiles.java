package odonata.node.http;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The dashboard's files, from the class path. */
final class StaticFiles {
    private static final String FOLDER = "/odonata/node/dashboard/";

    private final Map<String, byte[]> cache = new ConcurrentHashMap<>();

    /** The file at {@code path}, which starts with a slash; empty when there is none. */
    Optional<HttpResponse> get(final String path) {
        final String name = path.equals("/") ? "index.html" : path.substring(1);
        final Optional<String> type = MediaTypes.of(name);
        if (!name.matches("[A-Za-z0-9_./-]+") || name.contains("..") || type.isEmpty()) {
            return Optional.empty();
        }
        return read(name)
                .map(bytes -> Replies.with(
                        200, ContentTypes.parse(type.get()), bytes, RawHeader.create("Cache-Control", "no-cache")));
    }

    private Optional<byte[]> read(final String name) {
        final byte[] cached = cache.get(name);
        if (cached != null) {
            return Optional.of(cached);
        }
        try (InputStream in = StaticFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return Optional.empty();
            }
            final byte[] bytes = in.readAllBytes();
            cache.put(name, bytes);
            return Optional.of(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
