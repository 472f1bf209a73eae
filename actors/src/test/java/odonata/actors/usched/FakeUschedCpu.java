package odonata.actors.usched;

/** What a policy needs of a CPU, without one. */
final class FakeUschedCpu implements UschedCpu {
    boolean wanted;
    long now;

    @Override
    public void needUserResched() {
        wanted = true;
    }

    @Override
    public boolean userReschedWanted() {
        return wanted;
    }

    @Override
    public void clearUserResched() {
        wanted = false;
    }

    @Override
    public long nowNs() {
        return now;
    }
}
