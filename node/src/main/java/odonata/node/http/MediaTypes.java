package odonata.node.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Media types of files, by the ends of their names. */
public final class MediaTypes {
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=UTF-8"),
            Map.entry("js", "text/javascript; charset=UTF-8"),
            Map.entry("mjs", "text/javascript; charset=UTF-8"),
            Map.entry("css", "text/css; charset=UTF-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("json", "application/json"),
            Map.entry("pcap", "application/vnd.tcpdump.pcap"),
            Map.entry("txt", "text/plain; charset=UTF-8"),
            Map.entry("woff2", "font/woff2"));

    private MediaTypes() {}

    /** The type of a file of this name; empty when its end says nothing. */
    public static Optional<String> of(final String name) {
        final String end = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(TYPES.get(end));
    }
}
