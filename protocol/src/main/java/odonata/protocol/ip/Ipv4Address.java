package odonata.protocol.ip;

/** IPv4 addresses as {@code int}, the first octet in the high byte. */
public final class Ipv4Address {
    /** 0.0.0.0: any local address. */
    public static final int ANY = 0;

    /** 127.0.0.1. */
    public static final int LOOPBACK = 0x7f00_0001;

    /** 255.255.255.255: everyone on the link. */
    public static final int BROADCAST = 0xffff_ffff;

    private static final int OCTETS = 4;

    private Ipv4Address() {}

    /**
     * Reads a dotted quad. Octets are decimal without leading zeros, since some programs read those as octal.
     *
     * @throws IllegalArgumentException naming the text, when it is anything else
     */
    public static int parse(final String text) {
        final String[] octets = text.split("\\.", -1);
        if (octets.length != OCTETS) {
            throw bad(text);
        }
        int address = 0;
        for (final String octet : octets) {
            address = (address << 8) | parseOctet(octet, text);
        }
        return address;
    }

    private static int parseOctet(final String octet, final String text) {
        final boolean digits = !octet.isEmpty()
                && octet.length() <= 3
                && octet.chars().allMatch(c -> c >= '0' && c <= '9')
                && (octet.length() == 1 || octet.charAt(0) != '0');
        final int value = digits ? Integer.parseInt(octet) : -1;
        if (value < 0 || value > 255) {
            throw bad(text);
        }
        return value;
    }

    private static IllegalArgumentException bad(final String text) {
        return new IllegalArgumentException(
                "not an IPv4 address: '" + text + "', want four numbers 0..255 like 10.0.0.1");
    }

    /** The dotted quad of {@code address}. */
    public static String format(final int address) {
        return (address >>> 24) + "." + ((address >>> 16) & 0xff) + "." + ((address >>> 8) & 0xff) + "."
                + (address & 0xff);
    }

    /** True for 224.0.0.0/4. */
    public static boolean isMulticast(final int address) {
        return address >>> 28 == 0xe;
    }

    /** True for the limited broadcast address; a directed one is {@link Ipv4Prefix#isBroadcast}. */
    public static boolean isBroadcast(final int address) {
        return address == BROADCAST;
    }

    /** True for 127.0.0.0/8. */
    public static boolean isLoopback(final int address) {
        return address >>> 24 == 127;
    }

    /** True for an address that can belong to one host: not 0.0.0.0/8, multicast, reserved or broadcast. */
    public static boolean isUnicast(final int address) {
        return address >>> 24 != 0 && address >>> 28 < 0xe;
    }
}
