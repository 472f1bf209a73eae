package odonata.ssi.wire;

import java.util.regex.Pattern;

/** Text form of an endpoint, checked before it becomes part of an Aeron channel. */
final class WireEndpoint {
    /** The Aeron channel through shared memory, for both directions. */
    static final String NEAR = "aeron:ipc";

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9.:_\\[\\]-]{1,249}:[0-9]{1,5}");
    private static final int MAX_PORT = 65_535;

    private WireEndpoint() {}

    /** Fails unless it is {@code host:port}. */
    static String check(final String endpoint) {
        if (!FORM.matcher(endpoint).matches()
                || Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)) > MAX_PORT) {
            throw new IllegalArgumentException("endpoint '" + endpoint + "', want host:port");
        }
        return endpoint;
    }

    /** The Aeron channel. */
    static String channel(final String endpoint) {
        return "aeron:udp?endpoint=" + check(endpoint);
    }
}
