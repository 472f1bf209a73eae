package odonata.actors.cpu;

/** The way to CPUs of other members. Called on the carrier of the sending CPU; different CPUs call at the same time. */
public interface Uplink {

    /**
     * Takes one entry for a CPU of another member: a {@link odonata.actors.port.Msg} (a request, or a reply by its flag),
     * a {@link Forwarded} notice or an {@link Abort}. When true, the uplink has copied what it needs; the entry stays with
     * the caller. While {@code from} executes a ring entry ({@link odonata.actors.crossbar.Crossbar#isExecuting}), what finds
     * no credit is to be kept, not refused: credit comes back only when entries are executed, so two CPUs that answer each
     * other's could wait for ever.
     *
     * @return false when there is no credit; the caller drains its own inbound rings and tries again
     */
    boolean offer(Cpu from, int targetCpu, Object entry);

    /** End of a turn of {@code from}'s run loop: send what was gathered. */
    void flush(Cpu from);

    /** False when the CPU is unknown or dead: the message is completed with EHOSTDOWN. */
    boolean reaches(int cpu);

    /** An uplink that leads nowhere. */
    static Uplink none() {
        return new Uplink() {
            @Override
            public boolean offer(final Cpu from, final int targetCpu, final Object entry) {
                return false;
            }

            @Override
            public void flush(final Cpu from) {}

            @Override
            public boolean reaches(final int cpu) {
                return false;
            }
        };
    }
}
