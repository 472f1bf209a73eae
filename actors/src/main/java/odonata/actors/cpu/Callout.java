package odonata.actors.cpu;

/** A function to be run at a time, on the CPU that armed it. May be armed again and again; one owner thread. */
public interface Callout {
    /** Arms it, or moves it if armed: due {@code delayNs} from now on the CPU's clock. */
    void reset(long delayNs);

    /** Disarms it; true when it was armed, and then it does not run. */
    boolean stop();

    /** True from {@link #reset} until it runs or is stopped. */
    boolean isPending();
}
