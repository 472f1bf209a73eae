package odonata.loadgen;

import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import odonata.protocol.clock.Clock;
import odonata.protocol.flow.ToeplitzHash;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapReader;
import odonata.protocol.wire.Mbuf;

/**
 * Sends each IPv4 packet of a capture once, in the order of the file, at the chosen pace.
 *
 * <p>Thread: {@link #run} runs on the caller's thread. Packets of one flow go to the same member while the members stay the
 * same, so a flow keeps its order. Answers of the cluster are taken and dropped: the capture holds the peers' packets already.
 */
public final class ReplayRun {
    private static final int BATCH = 64;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final ReplaySettings settings;
    private final Capture capture;
    private final PacketLink link;
    private final Clock clock;
    private final Runnable idle;
    private final PacketClassifier classifier = new PacketClassifier(new ToeplitzHash());
    private final Optional<Rewrite> rewrite;
    private final Ipv4Header ip = new Ipv4Header();
    private long sent;
    private long pushBacks;

    /**
     * A replay that has not begun.
     *
     * @param settings pace and addresses
     * @param capture what the file holds
     * @param link where packets go
     * @param clock pacing
     * @param idle called when there was nothing to do
     */
    public ReplayRun(
            final ReplaySettings settings,
            final Capture capture,
            final PacketLink link,
            final Clock clock,
            final Runnable idle) {
        this.settings = settings;
        this.capture = capture;
        this.link = link;
        this.clock = clock;
        this.idle = idle;
        rewrite = settings.rewriteTo().isPresent()
                ? Optional.of(
                        new Rewrite(capture.busiest(), settings.rewriteTo().getAsInt()))
                : Optional.empty();
    }

    /**
     * Runs to the end of the file, or until {@code stop}.
     *
     * @param stop asked between packets
     * @param everySecond gets the state so far, once a second
     */
    public ReplaySummary run(final BooleanSupplier stop, final Consumer<ReplaySummary> everySecond) {
        final long originNs = clock.nowNs();
        long secondNs = SECOND_NS;
        try (PcapReader reader = PcapReader.open(settings.file())) {
            final Iterator<PcapPacket> packets = reader.iterator();
            Optional<PcapPacket> next = nextIpv4(packets);
            while (next.isPresent() && !stop.getAsBoolean()) {
                final int received = link.poll((data, offset, length) -> {}, BATCH);
                final long nowNs = clock.nowNs() - originNs;
                int done = 0;
                while (done < BATCH && next.isPresent() && dueNs(next.get()) <= nowNs && send(next.get())) {
                    next = nextIpv4(packets);
                    done++;
                }
                if (nowNs >= secondNs) {
                    secondNs += SECOND_NS;
                    everySecond.accept(summary(nowNs));
                }
                if (received == 0 && done == 0) {
                    idle.run();
                }
            }
        }
        return summary(clock.nowNs() - originNs);
    }

    private Optional<PcapPacket> nextIpv4(final Iterator<PcapPacket> packets) {
        while (packets.hasNext()) {
            final PcapPacket packet = packets.next();
            final Optional<Mbuf> mbuf = packet.ip();
            if (mbuf.isPresent()) {
                rewrite.ifPresent(rule -> apply(rule, mbuf.get()));
                return Optional.of(packet);
            }
        }
        return Optional.empty();
    }

    private void apply(final Rewrite rule, final Mbuf mbuf) {
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (ip.check()) {
            rule.apply(ip);
        }
    }

    private long dueNs(final PcapPacket packet) {
        return switch (settings.pace()) {
            case RECORDED -> packet.timestampNs() - capture.firstNs();
            case RATE -> (long) (sent * (SECOND_NS / settings.rate()));
            case FLAT_OUT -> 0;
        };
    }

    private boolean send(final PcapPacket packet) {
        final Mbuf mbuf = packet.ip().orElseThrow();
        final int spread = PacketClassifier.hashOf(classifier.classify(mbuf));
        final boolean taken = link.offer(mbuf.data(), mbuf.offset(), mbuf.length(), spread);
        if (taken) {
            sent++;
        } else {
            pushBacks++;
        }
        return taken;
    }

    private ReplaySummary summary(final long nowNs) {
        return new ReplaySummary(
                settings.file().toString(),
                sent == capture.packets(),
                capture.packets(),
                capture.skipped(),
                sent,
                pushBacks,
                nowNs / (double) SECOND_NS);
    }
}
