package odonata.bench;

/**
 * How long is measured.
 *
 * @param rounds how often each side is measured, in turn with the other
 * @param warmUpMs of each time
 * @param measureMs of each time, after that
 * @param forks whether each time has a JVM of its own
 * @param threads idle threads of one CPU that are made to see what one takes
 * @param small whether the machine that is to have 1,024 CPUs in virtual time has only some
 */
record Effort(int rounds, int warmUpMs, int measureMs, boolean forks, int threads, boolean small) {

    /** For the table. */
    static Effort full(final int rounds) {
        return new Effort(rounds, 2_000, 2_000, true, 1_000_000, false);
    }

    /** To see that all of it works. */
    static Effort quick() {
        return new Effort(1, 1, 50, false, 2_000, true);
    }
}
