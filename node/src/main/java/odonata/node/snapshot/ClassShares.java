package odonata.node.snapshot;

/**
 * CPU time by class of thread, as shares of the window.
 *
 * @param interrupt device threads
 * @param netisr protocol dispatch
 * @param tcp TCP thread
 * @param udp UDP thread
 * @param user applications
 * @param kernel everything else
 */
public record ClassShares(double interrupt, double netisr, double tcp, double udp, double user, double kernel) {
    /** Nothing ran. */
    public static final ClassShares NONE = new ClassShares(0, 0, 0, 0, 0, 0);

    /** Share of the window in which anything ran. */
    public double total() {
        return interrupt + netisr + tcp + udp + user + kernel;
    }
}
