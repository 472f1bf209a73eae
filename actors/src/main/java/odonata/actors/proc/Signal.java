package odonata.actors.proc;

/** Signals, with the kernel's numbers. Job control is not here: nothing stops a process. Source: {@code sys/sys/signal.h}. */
public enum Signal {
    /** The terminal is gone. */
    SIGHUP(1),
    /** Interrupt. */
    SIGINT(2),
    /** Quit. */
    SIGQUIT(3),
    /** Ends the process, which can neither catch, ignore nor block it. */
    SIGKILL(9),
    /** A defect of the program; also what {@code wait4} reports of a process that died of an exception. */
    SIGSEGV(11),
    /** A timer. */
    SIGALRM(14),
    /** Please end. */
    SIGTERM(15),
    /** A child has ended; ignored by default. */
    SIGCHLD(20),
    /** The program's own. */
    SIGUSR1(30),
    /** The program's own. */
    SIGUSR2(31);

    private final int number;

    Signal(final int number) {
        this.number = number;
    }

    /** Its number, 1..31. */
    public int number() {
        return number;
    }

    /** True when the default is to do nothing; else it is the end of the process. */
    public boolean isIgnoredByDefault() {
        return this == SIGCHLD;
    }
}
