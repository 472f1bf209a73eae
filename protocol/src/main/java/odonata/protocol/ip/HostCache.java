package odonata.protocol.ip;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one CPU knows of the paths to hosts: the largest packet that gets there whole (path-MTU discovery, RFC 1191).
 *
 * <p>An entry is made and lowered by "fragmentation needed", which its caller has checked against an endpoint of this system; it is never
 * raised by a message. {@value #AGE_MINUTES} minutes after it was lowered the path is taken to be one step of RFC 1191's table better, and
 * {@value #STEP_MINUTES} minutes after each step another, until it is as good as the link (sections 3 and 6.3). It is never below
 * {@link #MIN_MTU}: who forges messages cannot make us send smaller packets than that. At most {@link #MAX_HOSTS}; the one that was lowered
 * longest ago makes room. Owner: the CPU's carrier.
 */
public final class HostCache {
    /** Least MTU that is believed; what is left for TCP is its least segment. */
    public static final int MIN_MTU = 256;

    static final int MAX_HOSTS = 4096;

    private static final int AGE_MINUTES = 10;
    private static final int STEP_MINUTES = 2;
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final int[] PLATEAUS = {296, 508, 1006, 1280, 1492, 2002, 4352, 8166, 17_914, 32_000, 65_535};

    private final Map<Integer, Path> paths = new LinkedHashMap<>();

    private record Path(int mtu, long raiseAtNs) {}

    /** Forgets all paths. */
    public void clear() {
        paths.clear();
    }

    /** Hosts with an entry. */
    public int size() {
        return paths.size();
    }

    /** Bytes that get to {@code dst} in one packet over a link that carries {@code linkMtu}. */
    public int mtu(final int dst, final int linkMtu, final long nowNs) {
        if (paths.isEmpty()) {
            return linkMtu;
        }
        final Path path = paths.get(dst);
        return path == null ? linkMtu : Math.min(linkMtu, raised(dst, path, linkMtu, nowNs));
    }

    private int raised(final int dst, final Path path, final int linkMtu, final long nowNs) {
        Path now = path;
        while (nowNs >= now.raiseAtNs() && now.mtu() < linkMtu) {
            now = new Path(above(now.mtu()), now.raiseAtNs() + STEP_MINUTES * MINUTE_NS);
        }
        if (now.mtu() >= linkMtu) {
            paths.remove(dst);
        } else if (now.mtu() > path.mtu()) {
            paths.replace(dst, now);
        }
        return now.mtu();
    }

    private static int above(final int mtu) {
        for (final int plateau : PLATEAUS) {
            if (plateau > mtu) {
                return plateau;
            }
        }
        return Integer.MAX_VALUE;
    }

    private static int below(final int length) {
        int best = MIN_MTU;
        for (final int plateau : PLATEAUS) {
            if (plateau < length) {
                best = plateau;
            }
        }
        return best;
    }

    /**
     * A router could not pass on a packet of {@code length} bytes to {@code dst}.
     *
     * @param nextHopMtu what it says that it can; 0 or a number that contradicts {@code length} means the next lower step of the table, as
     *     old routers do not say (RFC 1191 section 5)
     * @return the MTU of the path from now on, or -1 when this changes nothing
     */
    public int tooBig(final int dst, final int nextHopMtu, final int length, final long nowNs) {
        final int said = nextHopMtu == 0 || nextHopMtu >= length ? below(length) : nextHopMtu;
        final int mtu = Math.max(MIN_MTU, said);
        final Path known = paths.get(dst);
        if (known != null && known.mtu() <= mtu) {
            return -1;
        }
        paths.remove(dst);
        if (paths.size() >= MAX_HOSTS) {
            paths.remove(paths.keySet().iterator().next());
        }
        paths.put(dst, new Path(mtu, nowNs + AGE_MINUTES * MINUTE_NS));
        return mtu;
    }
}
