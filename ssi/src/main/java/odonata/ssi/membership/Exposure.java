package odonata.ssi.membership;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import odonata.config.ConfigException;

/** What may be reached from outside this machine, and on what condition. */
public final class Exposure {
    /** Shortest secret that is taken. */
    public static final int MIN_SECRET = 16;

    private Exposure() {}

    /**
     * Refuses to bind anything but loopback without a cluster secret: whoever reaches the control plane or the uplink of a
     * member without one can command the cluster.
     *
     * @param bindHost address or name that is to be bound
     * @param secret the cluster secret, if there is one
     */
    public static void check(final String bindHost, final Optional<String> secret) {
        secret.ifPresent(Exposure::checkSecret);
        if (secret.isEmpty() && !isLoopback(bindHost)) {
            throw new ConfigException("binding " + bindHost + " would let everybody who reaches it command the cluster:"
                    + " give all members the same secret (odonata.member.secret-file), or bind 127.0.0.1");
        }
    }

    private static void checkSecret(final String secret) {
        if (secret.strip().length() < MIN_SECRET) {
            throw new ConfigException("the cluster secret has " + secret.strip().length() + " characters, at least "
                    + MIN_SECRET + " are needed: for example the output of \"openssl rand -hex 32\"");
        }
    }

    private static boolean isLoopback(final String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ConfigException("odonata.member.bind", host, "an address or host name of this machine");
        }
    }
}
