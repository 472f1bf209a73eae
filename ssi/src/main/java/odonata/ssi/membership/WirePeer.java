package odonata.ssi.membership;

/**
 * A load generator whose wire the members are connected to.
 *
 * @param client id that it chose
 * @param prefix addresses behind it, as {@code a.b.c.d/n}
 * @param endpoint where it receives, {@code host:port}
 */
public record WirePeer(long client, String prefix, String endpoint) {}
