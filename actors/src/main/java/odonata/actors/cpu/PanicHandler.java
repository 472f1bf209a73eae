package odonata.actors.cpu;

/** Told once, on the carrier, when a CPU stops serving because of a defect; takes the node out of the cluster. */
@FunctionalInterface
public interface PanicHandler {
    /** {@code cpu} runs no thread any more; {@code cause} says why. */
    void panicked(Cpu cpu, Throwable cause);
}
