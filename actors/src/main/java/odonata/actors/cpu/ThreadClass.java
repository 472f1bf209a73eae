package odonata.actors.cpu;

import java.util.Locale;

/** What a thread is for; CPU time is accounted by it. */
public enum ThreadClass {
    /** Takes packets from a device. */
    INTERRUPT,
    /** Protocol thread for what is neither TCP nor UDP. */
    NETISR,
    /** TCP protocol thread. */
    TCP,
    /** UDP protocol thread. */
    UDP,
    /** An application. */
    USER,
    /** Everything else, Akka's own actors included. */
    KERNEL;

    /** True when the CPU cannot do without such a thread: it takes or serves packets for everybody. */
    boolean isEssential() {
        return this != USER && this != KERNEL;
    }

    /** The name in snapshots. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
