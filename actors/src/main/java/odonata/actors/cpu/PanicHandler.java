package odonata.actors.cpu;

/** Told of defects, on the carrier. */
@FunctionalInterface
public interface PanicHandler {
    /** {@code cpu} runs no thread any more; {@code cause} says why. Once for each CPU; takes the node out of the cluster. */
    void panicked(Cpu cpu, Throwable cause);

    /** {@code thread} has died of {@code cause}; its CPU goes on. Who does not tell the two apart is told of it as of a panic. */
    default void threadDied(final CpuThread thread, final Throwable cause) {
        panicked(thread.cpu(), cause);
    }
}
