package odonata.actors.usched;

/** Who is designated on a CPU ({@code uschedcp}, {@code upri}). One writer; the priority may be read by any thread. */
final class Seat {
    private Lwp lp;
    private volatile int upri = UserClass.NOBODY;

    Lwp lp() {
        return lp;
    }

    int upri() {
        return upri;
    }

    boolean isFree() {
        return lp == null;
    }

    void give(final Lwp to) {
        lp = to;
        update();
    }

    void free() {
        lp = null;
        update();
    }

    /** Its priority may have changed. */
    void update() {
        upri = lp == null ? UserClass.NOBODY : lp.priority;
    }
}
