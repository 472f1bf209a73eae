package odonata.ssi.uplink;

/** What the uplink tells the node. Called on the receiving agent's thread; must not block. */
public interface UplinkEvents {

    /**
     * The transport to a member that was connected broke, which cannot be mended: what was under way may be lost. The uplink
     * already treats the member as dead; the node has it removed from the cluster.
     */
    void linkBroken(int member);

    /** The receiving agent met an error that it does not know: nothing can be relied on any more, the member must end. */
    void uplinkFailed(Throwable cause);
}
