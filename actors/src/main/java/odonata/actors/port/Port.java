package odonata.actors.port;

/**
 * Address of a message port. Sending never depends on where the port lives.
 *
 * @param <C> commands that the port's owner understands; known to the compiler only
 * @param cpu cluster-wide CPU id; negative for the reply ports that live nowhere
 * @param index number of the port on its CPU
 */
@SuppressWarnings("unused") // the phantom type
public record Port<C>(int cpu, int index) {
    /** Protocol thread for what is neither TCP nor UDP. */
    public static final int NETISR = 1;

    /** TCP protocol thread. */
    public static final int TCP_THREAD = 2;

    /** UDP protocol thread. */
    public static final int UDP_THREAD = 3;

    /** System calls of user processes; without a thread. */
    public static final int SYSCALL = 4;

    /** Named services; without a thread. */
    public static final int CAPS = 5;

    /** Keys of the key-value service; without a thread. */
    public static final int KV = 6;

    /** Interrupt thread of device 0; device k is at {@code INTR0 + k}. */
    public static final int INTR0 = 8;

    /** First index that is given to threads which did not ask for one. */
    public static final int FIRST_DYNAMIC = 64;

    private static final int NOWHERE = -1;
    private static final Port<?> NONE = new Port<>(NOWHERE, 0);
    private static final Port<?> ADONE = new Port<>(NOWHERE, 1);

    /** The reply port of what is never replied (the packet is the message); a reply to it is a panic. */
    @SuppressWarnings("unchecked") // nothing is ever received from it
    public static <C> Port<C> none() {
        return (Port<C>) NONE;
    }

    /** The reply port that marks the message done and tells nobody. */
    @SuppressWarnings("unchecked") // nothing is ever received from it
    public static <C> Port<C> adone() {
        return (Port<C>) ADONE;
    }

    /** True for {@link #none()}. */
    public boolean isNone() {
        return cpu == NOWHERE && index == 0;
    }

    /** True for {@link #adone()}. */
    public boolean isAdone() {
        return cpu == NOWHERE && index == 1;
    }

    /** The port with the same number on another CPU. */
    public Port<C> on(final int otherCpu) {
        return new Port<>(otherCpu, index);
    }
}
