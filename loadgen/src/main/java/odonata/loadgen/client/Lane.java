package odonata.loadgen.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import odonata.loadgen.openloop.Pacer;
import odonata.protocol.clock.Clock;
import odonata.protocol.clock.Seed;

/**
 * The clients of one thread: keeps connections open and gives them requests, in a closed loop as soon as there is room, in an open loop when
 * they are due; a request that is due and finds no room waits, and its latency counts from when it was due.
 *
 * <p>Thread: one owner for all calls, which calls {@link #tick} when {@link Timer} was told to.
 */
public final class Lane {
    /** Connections that are being opened at the same time: a listener has a queue. */
    private static final int MOST_DIALLING = 64;

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SWEEP_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int BATCH = 256;

    /** Requests of an open loop that wait for room; more are given up. */
    private static final int MOST_BACKLOG = 1 << 20;

    private final ClientSettings settings;
    private final Dialer dialer;
    private final Dialogs dialogs;
    private final Clock clock;
    private final Timer timer;
    private final Optional<Pacer> pacer;
    private final Tally tally = new Tally();
    private final List<Client> clients = new ArrayList<>();
    private final ArrayDeque<Client> toDial = new ArrayDeque<>();
    private final PriorityQueue<Pause> pauses = new PriorityQueue<>(Comparator.comparingLong(Pause::untilNs));
    private final ArrayDeque<Client> free = new ArrayDeque<>();
    private final ArrayDeque<Long> backlog = new ArrayDeque<>();
    private final long timeoutNs;
    private final long maxLagNs;
    private final long warmupEndNs;
    private final long endNs;
    private int dialling;
    private long sweepNs;
    private boolean stopped;

    /** Calls {@link Lane#tick} on its thread. */
    @FunctionalInterface
    public interface Timer {
        /** The next tick is due at {@code atNs} of the lane's clock; the last word counts. */
        void next(long atNs);
    }

    private record Pause(Client client, long untilNs) {}

    /**
     * A lane whose measured time begins after the warm-up, from now on.
     *
     * @param share of the connections and of the rate
     */
    public Lane(
            final ClientSettings settings,
            final Share share,
            final Dialogs dialogs,
            final Dialer dialer,
            final Clock clock,
            final Timer timer) {
        this.settings = settings;
        this.dialer = dialer;
        this.dialogs = dialogs;
        this.clock = clock;
        this.timer = timer;
        final long beginNs = clock.nowNs();
        timeoutNs = ns(settings.timeoutSeconds());
        maxLagNs = ns(settings.maxLagSeconds());
        warmupEndNs = beginNs + ns(settings.warmupSeconds());
        endNs = warmupEndNs + ns(settings.seconds());
        pacer = settings.rate().isPresent()
                ? Optional.of(Pacer.from(
                        beginNs,
                        settings.arrivals(),
                        settings.rate().getAsDouble() / share.of(),
                        Seed.of(settings.seed()).split(share.number())))
                : Optional.empty();
        for (int i = share.number(); i < settings.connections(); i += share.of()) {
            final Client client = new Client(this, settings.pipeline());
            clients.add(client);
            toDial.add(client);
        }
    }

    /** One lane of several: {@code number} of {@code 0..of-1}. */
    public record Share(int number, int of) {}

    private static long ns(final double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    /** What came of it since this was last {@linkplain Tally#take taken}. */
    public Tally tally() {
        return tally;
    }

    /** No request is made from now on; answers are waited for. */
    public void stop() {
        stopped = true;
    }

    /** True when no request waits for its answer, and none will be made. */
    public boolean isDone() {
        return isEnding() && clients.stream().allMatch(Client::isQuiet);
    }

    /** Closes all connections; what still waits is lost. */
    public void end() {
        stopped = true;
        clients.forEach(Client::end);
    }

    /** Time: does what is due. */
    public void tick() {
        final long nowNs = nowNs();
        note(nowNs);
        if (!isEnding()) {
            while (!pauses.isEmpty() && pauses.peek().untilNs() <= nowNs) {
                toDial.add(pauses.remove().client());
            }
            dialSome();
        }
        due(nowNs);
        if (nowNs >= sweepNs) {
            sweepNs = nowNs + SWEEP_NS;
            clients.forEach(client -> client.expire(nowNs, timeoutNs));
        }
        final long dueNs = pacer.isPresent() && !stopped ? pacer.get().dueNs() : Long.MAX_VALUE;
        timer.next(Math.min(dueNs < endNs ? Math.max(dueNs, nowNs) : Long.MAX_VALUE, nowNs + PAUSE_NS));
    }

    private void note(final long nowNs) {
        tally.measuring(nowNs >= warmupEndNs && nowNs < endNs);
    }

    /** Requests that have become due get a connection, or wait for one. */
    private void due(final long nowNs) {
        if (pacer.isEmpty()) {
            return;
        }
        final Pacer schedule = pacer.get();
        for (int i = 0; i < BATCH && !stopped && schedule.dueNs() <= nowNs && schedule.dueNs() < endNs; i++) {
            final long dueNs = schedule.dueNs();
            schedule.advance();
            tally.account(dueNs < warmupEndNs).ask();
            if (nowNs - dueNs > maxLagNs && backlog.isEmpty()) {
                tally.account(dueNs < warmupEndNs).lag();
            } else if (backlog.size() == MOST_BACKLOG) {
                tally.account(dueNs < warmupEndNs).pushBack();
            } else {
                backlog.add(dueNs);
            }
        }
        while (!backlog.isEmpty() && (stopped || nowNs - backlog.peek() > maxLagNs)) {
            tally.account(backlog.remove() < warmupEndNs).pushBack();
        }
        while (!backlog.isEmpty() && !free.isEmpty()) {
            final Client client = free.remove();
            client.listed = false;
            ready(client);
        }
    }

    private void dialSome() {
        while (dialling < MOST_DIALLING && !toDial.isEmpty()) {
            dialling++;
            toDial.remove().dial();
        }
    }

    Dialer dialer() {
        return dialer;
    }

    Dialog newDialog() {
        return dialogs.begin();
    }

    long nowNs() {
        return clock.nowNs();
    }

    long requestsPerConnection() {
        return settings.requestsPerConnection();
    }

    boolean isEnding() {
        return stopped
                || (pacer.isEmpty()
                        ? nowNs() >= endNs
                        : backlog.isEmpty() && pacer.get().dueNs() >= endNs);
    }

    void opened(final Client client) {
        dialled();
        note(nowNs());
        tally.connected();
        ready(client);
    }

    /** One connection less is being opened. */
    void dialled() {
        dialling--;
        if (!isEnding()) {
            dialSome();
        }
    }

    /** A client has room: gives it what there is to ask. */
    void ready(final Client client) {
        if (stopped) {
            return;
        }
        final long nowNs = nowNs();
        if (pacer.isEmpty()) {
            while (nowNs < endNs && client.hasRoom()) {
                tally.account(nowNs < warmupEndNs).ask();
                client.ask(nowNs, nowNs);
            }
        } else {
            while (!backlog.isEmpty() && client.hasRoom()) {
                client.ask(backlog.remove(), nowNs);
            }
            if (client.hasRoom() && !client.listed) {
                client.listed = true;
                free.add(client);
            }
        }
        client.flush();
    }

    void dialSoon(final Client client) {
        if (!isEnding()) {
            toDial.add(client);
            dialSome();
        }
    }

    void dialLater(final Client client, final long pauseNs) {
        pauses.add(new Pause(client, nowNs() + pauseNs));
    }

    void asked(final long dueNs, final long sentNs) {
        tally.account(dueNs < warmupEndNs).send();
        if (dueNs >= warmupEndNs) {
            tally.recorder().sent(sentNs - dueNs);
        }
    }

    void answered(final long dueNs, final long sentNs, final long nowNs) {
        tally.account(dueNs < warmupEndNs).answer();
        if (dueNs >= warmupEndNs) {
            tally.recorder().answered(nowNs - dueNs, nowNs - sentNs);
        }
    }

    void lost(final long dueNs) {
        tally.account(dueNs < warmupEndNs).lose();
    }
}
