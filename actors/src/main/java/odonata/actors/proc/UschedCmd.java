package odonata.actors.proc;

/** What {@link Sys.UschedSet} does: the commands of {@code usched_set(2)}. */
public sealed interface UschedCmd {

    /** Another policy, by its name. */
    record SetScheduler(String name) implements UschedCmd {}

    /** This CPU only. */
    record SetCpu(int cpu) implements UschedCmd {}

    /** This CPU too. */
    record AddCpu(int cpu) implements UschedCmd {}

    /** Not on this CPU any more. */
    record DelCpu(int cpu) implements UschedCmd {}

    /** Changes nothing. */
    enum GetCpu implements UschedCmd {
        INSTANCE
    }
}
