package odonata.protocol.tcp.machine;

/**
 * What the machine wants done, called while it runs, in the order in which things happen. None of these may call the
 * machine.
 */
public interface TcpActions {
    /** Sends a segment of {@code tcb}; {@code segment} is valid during this call only. */
    void send(TcpCb tcb, TcpOut segment);

    /**
     * Wants {@link TcpMachine#expire} at {@code atUs}, and no more at the time asked for before;
     * {@link TcpTimer#NEVER}: not at all. At most one is outstanding for a connection (I54).
     */
    void timer(TcpCb tcb, long atUs);

    /** Tells the user. */
    void event(TcpCb tcb, TcpEvent event);
}
