package odonata.loadgen;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import odonata.loadgen.client.ClientSettings;
import odonata.loadgen.client.Dialogs;
import odonata.loadgen.client.Lane;
import odonata.loadgen.client.Station;
import odonata.loadgen.client.Tally;
import odonata.loadgen.openloop.Latency;
import odonata.loadgen.openloop.Recorder;
import odonata.protocol.clock.Clock;
import odonata.protocol.clock.Seed;

/** One run of TCP clients: begins the lanes of a station, gathers what they count, ends them. Thread: the caller's of {@link #run}. */
final class ClientRun {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int DIALOGS = 7;

    private final ClientSettings settings;
    private final Station station;
    private final Clock clock;
    private final LongSupplier wallMs;
    private final Runnable idle;
    private final Tally all = new Tally();
    private final ProcessorTime processor = new ProcessorTime();
    private boolean done;

    /** A run that has not begun; {@code idle} lets some time go by. */
    ClientRun(
            final ClientSettings settings,
            final Station station,
            final Clock clock,
            final LongSupplier wallMs,
            final Runnable idle) {
        this.settings = settings;
        this.station = station;
        this.clock = clock;
        this.wallMs = wallMs;
        this.idle = idle;
    }

    /**
     * Runs to the end, or until {@code stop}; then waits for open answers until they time out.
     *
     * @param everySecond gets the state so far, once a second
     */
    LoadSummary run(final BooleanSupplier stop, final Consumer<LoadSummary> everySecond) {
        final long beginNs = clock.nowNs();
        final long lastNs = (long) ((settings.warmupSeconds() + settings.seconds()) * SECOND_NS);
        station.begin((share, dialer, laneClock, timer) -> new Lane(
                settings,
                share,
                Dialogs.of(settings, Seed.of(settings.seed()).split(DIALOGS).split(share.number())),
                dialer,
                laneClock,
                timer));
        final long warmupNs = (long) (settings.warmupSeconds() * SECOND_NS);
        long stopNs = Long.MAX_VALUE;
        long secondNs = SECOND_NS;
        long intervalMs = wallMs.getAsLong();
        while (!done) {
            idle.run();
            final long nowNs = clock.nowNs() - beginNs;
            if (nowNs >= warmupNs && nowNs <= lastNs) {
                processor.note();
            }
            if (stop.getAsBoolean() && stopNs == Long.MAX_VALUE) {
                stopNs = Math.min(nowNs, lastNs);
                station.each(Lane::stop);
            }
            if (nowNs >= secondNs) {
                secondNs += SECOND_NS;
                final long endMs = wallMs.getAsLong();
                station.each(lane -> all.take(lane.tally()));
                all.recorder().closeInterval(intervalMs, endMs);
                intervalMs = endMs;
                everySecond.accept(summary(Math.min(nowNs, Math.min(stopNs, lastNs)), false));
            }
            if (nowNs > Math.min(stopNs, lastNs)) {
                done = true;
                station.each(lane -> done &= lane.isDone());
            }
        }
        station.each(Lane::end);
        station.each(lane -> all.take(lane.tally()));
        all.recorder().closeInterval(intervalMs, wallMs.getAsLong());
        idle.run();
        return summary(Math.min(stopNs, lastNs), true);
    }

    /** The histograms of the run. */
    Recorder recorder() {
        return all.recorder();
    }

    private LoadSummary summary(final long nowNs, final boolean last) {
        final double measured = Math.max(0, nowNs / (double) SECOND_NS - settings.warmupSeconds());
        final String phase = last ? "done" : measured > 0 ? "steady" : "warm-up";
        return new LoadSummary(
                phase,
                settings.workload().label(),
                settings.rate().isPresent() ? settings.arrivals().name().toLowerCase(Locale.ROOT) : "closed",
                settings.seed(),
                (int) Math.max(settings.connections(), Math.min(Integer.MAX_VALUE, all.opened())),
                settings.rate().orElse(0),
                settings.warmupSeconds(),
                measured,
                LoadSummary.Counts.of(all.warmup()),
                LoadSummary.Counts.of(all.steady()),
                0,
                Latency.of(all.recorder().intended()),
                Latency.of(all.recorder().uncorrected()),
                Latency.of(all.recorder().sendLag()),
                Latency.curve(all.recorder().intended()),
                ClientSummary.of(settings, all, processor.seconds()));
    }
}
