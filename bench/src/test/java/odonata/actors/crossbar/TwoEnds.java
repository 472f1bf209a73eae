package odonata.actors.crossbar;

/** Two ends of a crossbar, of CPUs that do nothing by themselves: the actors of a test are their carriers. */
final class TwoEnds {
    private static final int SENDER = 0;
    private static final int TARGET = 1;
    private static final int CAPACITY = 8;

    private final Crossbar[] machine = new Crossbar[2];
    private final CountingHost host = new CountingHost();

    TwoEnds() {
        for (int slot = SENDER; slot <= TARGET; slot++) {
            machine[slot] = new Crossbar(slot, machine, host, CAPACITY, CAPACITY, false);
        }
    }

    Crossbar sender() {
        return machine[SENDER];
    }

    Crossbar target() {
        return machine[TARGET];
    }

    /** By the sender. */
    void send() {
        sender().send(TARGET, this, 0);
        sender().flush();
    }

    /** By the sender. */
    void sendPassive() {
        sender().sendPassive(TARGET, this, 0);
    }

    /** Entries that the target has executed, as it says; by the sender. */
    int acknowledged() {
        return (int) sender().ringTo(TARGET).executed();
    }

    /** Entries that the target has executed, as their effect says. */
    int executed() {
        return host.executed();
    }

    /** Takes all that is left; by the target. */
    int drain() {
        int n = 0;
        for (int taken = target().poll(0); taken > 0; taken = target().poll(0)) {
            n += taken;
        }
        return n;
    }

    /** How often the target was woken. */
    int wakeUps() {
        return host.wakeUps();
    }
}
