package odonata.protocol.pcap;

import java.math.BigInteger;

/**
 * What a pcapng interface description says.
 *
 * @param linkType link type of its frames
 * @param snaplen longest captured frame, 0 for no limit
 * @param resolution {@code if_tsresol}: negative power of 10, or of 2 when the high bit is set
 * @param offsetSeconds {@code if_tsoffset}: seconds to add to every time stamp
 */
record PcapInterface(int linkType, long snaplen, int resolution, long offsetSeconds) {
    static final int MICROS = 6;
    private static final int BASE_2 = 0x80;
    private static final BigInteger NS_PER_SECOND = BigInteger.valueOf(PcapClassicFormat.NS_PER_SECOND);

    /** Nanoseconds since 1970 of {@code ticks}, unsigned; beyond what a {@code long} holds it throws. */
    long toNs(final long ticks) {
        final long ns = resolution <= 9 ? scaledUp(ticks) : scaledDown(ticks);
        return Math.addExact(ns, Math.multiplyExact(offsetSeconds, PcapClassicFormat.NS_PER_SECOND));
    }

    private long scaledUp(final long ticks) {
        long scale = 1;
        for (int i = resolution; i < 9; i++) {
            scale *= 10;
        }
        if (ticks < 0) {
            throw new ArithmeticException("ticks=" + Long.toUnsignedString(ticks));
        }
        return Math.multiplyExact(ticks, scale);
    }

    private long scaledDown(final long ticks) {
        final int exponent = resolution & ~BASE_2;
        final BigInteger divisor =
                (resolution & BASE_2) != 0 ? BigInteger.TWO.pow(exponent) : BigInteger.TEN.pow(exponent);
        return new BigInteger(Long.toUnsignedString(ticks))
                .multiply(NS_PER_SECOND)
                .divide(divisor)
                .longValueExact();
    }
}
