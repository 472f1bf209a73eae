package odonata.ssi.membership;

import java.util.OptionalInt;

/**
 * What lies behind a network device of the cluster: a load generator whose wire all members are connected to, or the
 * addresses behind a device that one CPU has, such as a TUN device.
 *
 * @param client id that the load generator chose, positive; for a device its interface number, negative
 * @param prefix addresses behind it, as {@code a.b.c.d/n}
 * @param endpoint where a load generator receives, {@code host:port}; for a device {@code cpu:N}
 */
public record WirePeer(long client, String prefix, String endpoint) {
    private static final String DEVICE = "cpu:";

    /** A device of one CPU; its interface number is {@link #interfaceOf}. */
    public static WirePeer ofDevice(final int cpu, final String prefix) {
        return new WirePeer(interfaceOf(cpu), prefix, DEVICE + cpu);
    }

    /** Interface number of the device of a CPU; no load generator has it. */
    public static int interfaceOf(final int cpu) {
        return -1 - cpu;
    }

    /** The CPU whose device it is; empty for a load generator. */
    public OptionalInt deviceCpu() {
        return endpoint.startsWith(DEVICE)
                ? OptionalInt.of(Integer.parseInt(endpoint.substring(DEVICE.length())))
                : OptionalInt.empty();
    }
}
