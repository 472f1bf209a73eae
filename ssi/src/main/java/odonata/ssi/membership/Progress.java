package odonata.ssi.membership;

import java.util.function.Consumer;
import odonata.actors.netisr.PartitionEvents;

/** A CPU's progress with the bucket map; 0 where there is no news. */
public record Progress(int cpu, long applied, long tookOver, long passed) {

    /** What a CPU reports, as progress for {@code receiver}. */
    public static PartitionEvents to(final Consumer<Progress> receiver) {
        return new PartitionEvents() {
            @Override
            public void applied(final int cpu, final long version) {
                receiver.accept(new Progress(cpu, version, 0, 0));
            }

            @Override
            public void tookOver(final int cpu, final long version) {
                receiver.accept(new Progress(cpu, version, version, 0));
            }

            @Override
            public void left(final int cpu, final long version) {
                receiver.accept(new Progress(cpu, version, 0, version));
            }
        };
    }
}
