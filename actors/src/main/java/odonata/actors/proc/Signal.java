package odonata.actors.proc;

/** Signals, with the kernel's numbers. Source: {@code sys/sys/signal.h}. */
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
    /** Stops the process, which can neither catch, ignore nor block it. */
    SIGSTOP(17),
    /** Stops the process, as a terminal asks for it. */
    SIGTSTP(18),
    /** A stopped process goes on, whatever else it does about this signal; ignored by default. */
    SIGCONT(19),
    /** A child has ended, stopped or goes on; ignored by default. */
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

    /** True when the default is to do nothing. */
    public boolean isIgnoredByDefault() {
        return this == SIGCHLD || this == SIGCONT;
    }

    /** True when the default is to stop the process; of the others, that are not ignored, it is its end. */
    public boolean isStop() {
        return this == SIGSTOP || this == SIGTSTP;
    }

    /** True when a process can do nothing about it. */
    public boolean isForced() {
        return this == SIGKILL || this == SIGSTOP;
    }
}
