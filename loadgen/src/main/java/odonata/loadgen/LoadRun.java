package odonata.loadgen;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import odonata.loadgen.openloop.Account;
import odonata.loadgen.openloop.Latency;
import odonata.loadgen.openloop.Pacer;
import odonata.loadgen.openloop.Recorder;
import odonata.protocol.clock.Clock;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowHashes;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.udp.UdpHeader;

/**
 * One open-loop run: sends each request when it is due, takes answers, decides what is lost.
 *
 * <p>Thread: {@link #run} runs on the caller's thread and owns everything here. A request that cannot leave because the
 * cluster pushes back stays due, and its latency counts from when it was due.
 */
public final class LoadRun {
    /** More than this many open requests count as push-back: the memory of the generator is bounded. */
    private static final int MAX_IN_FLIGHT = 1 << 20;

    private static final int BATCH = 64;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final LoadSettings settings;
    private final PacketLink link;
    private final Clock clock;
    private final LongSupplier wallMs;
    private final Runnable idle;
    private final Workload workload;
    private final Pacer pacer;
    private final long runNumber;
    private final long warmupNs;
    private final long endNs;
    private final Account warmup = new Account();
    private final Account steady = new Account();
    private final Recorder recorder = new Recorder();
    private final InFlight inFlight = new InFlight(MAX_IN_FLIGHT);
    private final byte[] payload;
    private final Ipv4Header ip = new Ipv4Header();
    private final UdpHeader udp = new UdpHeader();
    private long originNs;
    private boolean pushedBack;
    private boolean flowDrawn;
    private int flow;
    private long duplicates;

    /**
     * A run that has not begun.
     *
     * @param settings what to ask
     * @param link where packets go and come from
     * @param clock pacing and latencies
     * @param wallMs milliseconds since 1970, for the time stamps of the interval log
     * @param idle called when there was nothing to send or to receive
     */
    public LoadRun(
            final LoadSettings settings,
            final PacketLink link,
            final Clock clock,
            final LongSupplier wallMs,
            final Runnable idle) {
        this.settings = settings;
        this.link = link;
        this.clock = clock;
        this.wallMs = wallMs;
        this.idle = idle;
        final Seed seed = Seed.of(settings.seed());
        workload = Workload.of(settings, FlowHashes.byName(settings.hash(), 0), seed.split(1));
        pacer = new Pacer(settings.arrivals(), settings.rate(), seed.split(2));
        runNumber = seed.split(3).nextLong();
        warmupNs = (long) (settings.warmupSeconds() * SECOND_NS);
        endNs = warmupNs + (long) (settings.seconds() * SECOND_NS);
        payload = new byte[settings.payloadBytes()];
    }

    /**
     * Runs to the end, or until {@code stop}; then waits for open answers until they time out.
     *
     * @param stop asked between batches
     * @param everySecond gets the state so far, once a second
     */
    public LoadSummary run(final BooleanSupplier stop, final Consumer<LoadSummary> everySecond) {
        originNs = clock.nowNs();
        long secondNs = SECOND_NS;
        long intervalStartMs = wallMs.getAsLong();
        boolean sending = true;
        while (sending || !inFlight.isEmpty()) {
            final int received = link.poll(this::onPacket, BATCH);
            final long nowNs = clock.nowNs() - originNs;
            final boolean stopped = stop.getAsBoolean();
            sending = sending && !stopped && pacer.dueNs() < endNs;
            final int sent = sending ? sendDue(nowNs) : 0;
            expire(nowNs);
            if (nowNs >= secondNs) {
                secondNs += SECOND_NS;
                final long endMs = wallMs.getAsLong();
                recorder.closeInterval(intervalStartMs, endMs);
                intervalStartMs = endMs;
                everySecond.accept(summary(nowNs, false));
            }
            if (received == 0 && sent == 0) {
                idle.run();
            }
        }
        recorder.closeInterval(intervalStartMs, wallMs.getAsLong());
        return summary(clock.nowNs() - originNs, true);
    }

    /** The histograms of the run, for the files that a report is made of. */
    Recorder recorder() {
        return recorder;
    }

    private Account account(final long dueNs) {
        return dueNs < warmupNs ? warmup : steady;
    }

    private int sendDue(final long nowNs) {
        final long maxLagNs = (long) (settings.maxLagSeconds() * SECOND_NS);
        int done = 0;
        while (done < BATCH && pacer.dueNs() <= nowNs && pacer.dueNs() < endNs) {
            final long dueNs = pacer.dueNs();
            final boolean inTime = nowNs - dueNs <= maxLagNs;
            final boolean sent = inTime && send(dueNs);
            if (inTime && !sent) {
                pushedBack = true;
                break;
            }
            settle(dueNs, sent);
            done++;
        }
        return done;
    }

    /** The request due at {@code dueNs} has left or is given up; the next one comes. */
    private void settle(final long dueNs, final boolean sent) {
        final Account account = account(dueNs);
        account.ask();
        if (sent) {
            account.send();
            pushedBack = false;
        } else if (pushedBack) {
            account.pushBack();
        } else {
            account.lag();
        }
        flowDrawn = false;
        pacer.advance();
    }

    private boolean send(final long dueNs) {
        if (inFlight.isFull()) {
            return false;
        }
        if (!flowDrawn) {
            flow = workload.next();
            flowDrawn = true;
        }
        final long sentNs = clock.nowNs() - originNs;
        Request.write(payload, 0, runNumber, inFlight.nextSequence(), sentNs);
        final byte[] packet = UdpDatagram.build(workload.flow(flow), payload);
        if (!link.offer(packet, 0, packet.length, flow)) {
            return false;
        }
        inFlight.sent(dueNs);
        if (dueNs >= warmupNs) {
            recorder.sent(sentNs - dueNs);
        }
        return true;
    }

    private void onPacket(final byte[] data, final int offset, final int length) {
        ip.wrap(data, offset, length);
        if (!ip.check() || ip.proto() != IpProto.UDP || ip.isFragment()) {
            return;
        }
        udp.wrap(ip);
        if (udp.check()
                && udp.payloadLength() >= Request.BYTES
                && Request.run(data, udp.payloadOffset()) == runNumber) {
            onAnswer(Request.sequence(data, udp.payloadOffset()), Request.sentNs(data, udp.payloadOffset()));
        }
    }

    private void onAnswer(final long sequence, final long sentNs) {
        if (!inFlight.isOpen(sequence)) {
            if (inFlight.wasSent(sequence)) {
                duplicates++;
            }
            return;
        }
        final long nowNs = clock.nowNs() - originNs;
        final long dueNs = inFlight.dueNs(sequence);
        inFlight.decide(sequence);
        account(dueNs).answer();
        if (dueNs >= warmupNs) {
            recorder.answered(nowNs - dueNs, nowNs - sentNs);
        }
    }

    private void expire(final long nowNs) {
        final long timeoutNs = (long) (settings.timeoutSeconds() * SECOND_NS);
        while (!inFlight.isEmpty()) {
            final long sequence = inFlight.oldest();
            final long dueNs = inFlight.dueNs(sequence);
            if (nowNs - dueNs <= timeoutNs) {
                return;
            }
            account(dueNs).lose();
            inFlight.decide(sequence);
        }
    }

    private LoadSummary summary(final long nowNs, final boolean done) {
        final double measured = Math.max(0, Math.min(nowNs, endNs) - warmupNs) / (double) SECOND_NS;
        final String phase = done ? "done" : nowNs < warmupNs ? "warm-up" : "steady";
        return new LoadSummary(
                phase,
                settings.workload().label(),
                settings.arrivals().name().toLowerCase(Locale.ROOT),
                settings.seed(),
                workload.size(),
                settings.rate(),
                settings.warmupSeconds(),
                measured,
                LoadSummary.Counts.of(warmup),
                LoadSummary.Counts.of(steady),
                duplicates,
                Latency.of(recorder.intended()),
                Latency.of(recorder.uncorrected()),
                Latency.of(recorder.sendLag()),
                Latency.curve(recorder.intended()),
                null);
    }
}
