package odonata.ssi.wire;

import odonata.protocol.ip.Ipv4Prefix;

/**
 * A load generator as it announces itself.
 *
 * @param client random number that it drew when it started, positive
 * @param prefix addresses behind it
 * @param endpoint where it receives, {@code host:port}
 */
public record WireAddress(int client, Ipv4Prefix prefix, String endpoint) {

    /** Rejects a client number that cannot be, and an endpoint that Aeron would not take. */
    public WireAddress {
        WireEndpoint.check(endpoint);
        if (client <= 0) {
            throw new IllegalArgumentException("client=" + client + " want a positive number");
        }
    }
}
