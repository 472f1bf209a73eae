package odonata.actors.cpu;

/** How far a thread has come that leaves its CPU. On that CPU's carrier. */
final class Migration {
    private static final int NOWHERE = -1;

    private boolean detached;
    private int target = NOWHERE;
    private Runnable whenThere;

    /** Its actor has ended: it is off its CPU. */
    void detached() {
        detached = true;
    }

    boolean isDetached() {
        return detached;
    }

    /** Some CPU takes it, and has {@code then} called when it is there. */
    void acquiredBy(final int cpu, final Runnable then) {
        target = cpu;
        whenThere = then;
    }

    boolean isAcquired() {
        return target != NOWHERE;
    }

    int target() {
        return target;
    }

    Runnable whenThere() {
        return whenThere;
    }
}
