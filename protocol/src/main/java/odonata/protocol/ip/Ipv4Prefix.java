package odonata.protocol.ip;

/**
 * A network: the addresses whose first {@code length} bits are those of {@code network}.
 *
 * @param network first address of the network; all bits after the prefix are zero
 * @param length bits of the prefix, {@code 0..32}
 */
public record Ipv4Prefix(int network, int length) {
    /** 0.0.0.0/0: every address. */
    public static final Ipv4Prefix ALL = new Ipv4Prefix(0, 0);

    /** Rejects a length out of range, and a network with bits set after the prefix. */
    public Ipv4Prefix {
        if (length < 0 || length > Integer.SIZE) {
            throw new IllegalArgumentException("prefix length=" + length + " want 0..32");
        }
        if ((network & ~maskOf(length)) != 0) {
            throw new IllegalArgumentException(
                    "bits set after the prefix: " + Ipv4Address.format(network) + "/" + length);
        }
    }

    /** The network of {@code length} bits that holds {@code address}. */
    public static Ipv4Prefix around(final int address, final int length) {
        return new Ipv4Prefix(length == 0 ? 0 : address & maskOf(length), length);
    }

    /** Reads {@code 10.0.0.0/8}; an address without a length is a prefix of 32 bits. */
    public static Ipv4Prefix parse(final String text) {
        final int slash = text.indexOf('/');
        if (slash < 0) {
            return new Ipv4Prefix(Ipv4Address.parse(text), Integer.SIZE);
        }
        return new Ipv4Prefix(
                Ipv4Address.parse(text.substring(0, slash)), parseLength(text.substring(slash + 1), text));
    }

    private static int parseLength(final String length, final String text) {
        if (!length.matches("[0-9]{1,2}")) {
            throw new IllegalArgumentException("not an IPv4 prefix: '" + text + "', want a form like 10.0.0.0/8");
        }
        return Integer.parseInt(length);
    }

    private static int maskOf(final int length) {
        return length == 0 ? 0 : -1 << (Integer.SIZE - length);
    }

    /** The netmask, {@code length} one bits from the left. */
    public int mask() {
        return maskOf(length);
    }

    /** True when {@code address} lies in this network. */
    public boolean contains(final int address) {
        return (address & mask()) == network;
    }

    /** Last address of the network: its directed broadcast address when the prefix is shorter than 31 bits. */
    public int lastAddress() {
        return network | ~mask();
    }

    /** True for this network's directed broadcast address; networks of 31 and 32 bits have none (RFC 3021). */
    public boolean isBroadcast(final int address) {
        return length < 31 && address == lastAddress();
    }

    @Override
    public String toString() {
        return Ipv4Address.format(network) + "/" + length;
    }
}
