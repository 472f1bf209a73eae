package odonata.ssi.uplink;

import java.util.List;

/**
 * How another member is reached.
 *
 * @param member its id, never given again
 * @param host name or address that its uplink is bound to
 * @param port UDP port of its uplink
 * @param cpus ids of its CPUs, never given again
 * @param incarnation random number of its process; part of the keys when frames are authenticated, otherwise unused
 */
public record PeerAddress(int member, String host, int port, List<Integer> cpus, long incarnation) {

    /** Copies the list. */
    public PeerAddress {
        cpus = List.copyOf(cpus);
        if (member < 0 || port < 1 || port > 65_535 || cpus.isEmpty()) {
            throw new IllegalArgumentException("member=" + member + " port=" + port + " cpus=" + cpus);
        }
    }
}
