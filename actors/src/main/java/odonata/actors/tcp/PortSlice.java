package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import odonata.protocol.flow.SipHash;

/**
 * The local ports that one CPU keeps: those congruent to its position among the CPUs of the machine (5.5, {@code portinfo[]}). What is
 * there as a shared table under tokens is here each CPU's own: who wants a port asks the CPU that keeps it.
 *
 * <p>Owner: the tcp_thread of the CPU. Ephemeral ports are chosen by RFC 6056, algorithm 3: a secret offset for each peer, and a counter.
 */
final class PortSlice {
    /** The first ephemeral port (RFC 6335: the dynamic ports). */
    static final int FIRST_EPHEMERAL = 49_152;

    private static final int LAST = 65_535;

    private final int slices;
    private final int first;
    private final int count;
    private final TcpSecret secret;
    private final Map<Integer, List<PortUse>> uses = new HashMap<>();
    private int next;
    private int size;

    /** The slice of the CPU at {@code position} of {@code slices}. */
    PortSlice(final int position, final int slices, final TcpSecret secret) {
        this.slices = slices;
        this.secret = secret;
        first = FIRST_EPHEMERAL + Math.floorMod(position - FIRST_EPHEMERAL, slices);
        count = (LAST - first) / slices + 1;
    }

    /** Position of the CPU that keeps {@code port}. */
    static int positionOf(final int port, final int slices) {
        return port % slices;
    }

    /** Uses noted. */
    int size() {
        return size;
    }

    /** True when one that is noted here forbids it. */
    boolean forbids(final PortClaim claim) {
        return uses.getOrDefault(claim.lport(), List.of()).stream().anyMatch(claim::conflictsWith);
    }

    /**
     * Chooses and notes an ephemeral port: for a known peer one that no connection to it has, else one that nobody has.
     *
     * @param suits what else the port must be good for
     * @return the port, 0 when all are taken
     */
    int pick(final PortUse use, final IntPredicate suits) {
        final long addresses = ((use.laddr() & 0xffff_ffffL) << 32) | (use.faddr() & 0xffff_ffffL);
        final long offset = SipHash.of(secret.k0(), secret.k1(), addresses, use.fport()) >>> 1;
        for (int i = 0; i < count; i++) {
            final int port = first + slices * (int) ((offset + next++) % count);
            if (isFree(use, port) && suits.test(port)) {
                note(use.withPort(port));
                return port;
            }
        }
        return 0;
    }

    private boolean isFree(final PortUse use, final int port) {
        for (final PortUse other : uses.getOrDefault(port, List.of())) {
            if (!use.connected() || use.sameConnection(other)) {
                return false;
            }
        }
        return !(use.faddr() == use.laddr() && use.fport() == port);
    }

    /** From now on it uses the port. */
    void note(final PortUse use) {
        uses.computeIfAbsent(use.lport(), port -> new ArrayList<>(1)).add(use);
        size++;
    }

    /** The socket of a port has a peer. */
    void connected(final TcpSocket so, final int port) {
        uses.getOrDefault(port, List.of()).replaceAll(use -> use.so().isSame(so) ? use.asConnected() : use);
    }

    /** The socket does not use the port any more. */
    void release(final TcpSocket so, final int port) {
        final List<PortUse> here = uses.getOrDefault(port, List.of());
        for (final Iterator<PortUse> i = here.iterator(); i.hasNext(); ) {
            if (i.next().so().isSame(so)) {
                i.remove();
                size--;
            }
        }
        if (here.isEmpty()) {
            uses.remove(port);
        }
    }
}
