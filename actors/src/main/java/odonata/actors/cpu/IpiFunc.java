package odonata.actors.cpu;

/** A ring entry that is a function: runs once on the target CPU, in the order of its ring; may send, must not wait. */
@FunctionalInterface
public interface IpiFunc {
    /** Runs on {@code cpu}'s carrier, inside its run loop. */
    void run(Cpu cpu);
}
