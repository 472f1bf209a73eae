package odonata.actors.netisr;

/**
 * Where a route leads: a device and the CPU that owns it.
 *
 * @param ifIndex cluster-wide number of the interface
 * @param cpu CPU whose netisr sends by it
 * @param mtu largest packet that it carries, bytes, {@code 68..65535}
 */
public record Ifnet(int ifIndex, int cpu, int mtu) {
    /** A device that carries every packet. */
    public static final int MAX_MTU = 65_535;

    /** What an Ethernet carries, and a device of which nothing is known. */
    public static final int ETHER_MTU = 1_500;

    /** Rejects an MTU that no IP link has. */
    public Ifnet {
        if (mtu < 68 || mtu > MAX_MTU) {
            throw new IllegalArgumentException("mtu=" + mtu + " want 68.." + MAX_MTU);
        }
    }

    /** A device that carries every packet. */
    public Ifnet(final int ifIndex, final int cpu) {
        this(ifIndex, cpu, MAX_MTU);
    }
}
