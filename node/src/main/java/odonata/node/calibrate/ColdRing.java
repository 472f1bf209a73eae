package odonata.node.calibrate;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Clock;
import odonata.protocol.clock.Seed;

/**
 * A message goes round many threads of one CPU, more than its cache holds, in an order that no prefetcher guesses: each thread is cold
 * when it gets the message.
 *
 * <p>Thread: the carrier of CPU 0.
 */
final class ColdRing {
    private static final int HOPS = 500;
    private static final long ORDER = 2003;

    /** Putting the message on the next port. */
    final Samples send = new Samples();
    /** All from one thread to the next, the send included. */
    final Samples hop = new Samples();

    private final Clock clock;
    private final Span span;
    private final Rig rig;
    private final double clockNs;
    private final List<Port<Rig.Cmd>> ring = new ArrayList<>();
    private final Rig.Cmd.Item item = new Rig.Cmd.Item(0);
    private int hops;
    private long sendNs;
    private long beganNs;

    ColdRing(final Rig rig, final int threads, final Clock clock, final Span span) {
        this.rig = rig;
        this.clock = clock;
        this.span = span;
        this.clockNs = clockNs(clock);
        final List<Port<Rig.Cmd>> ports = new ArrayList<>();
        final int[] place = shuffled(threads);
        for (int i = 0; i < threads; i++) {
            final int next = (place[i] + 1) % threads;
            ports.add(rig.spawn(0, new Rig.Body() {
                @Override
                public void go(final Td td, final Msg<Rig.Cmd.Go> msg) {
                    beganNs = clock.nowNs();
                    td.sendMsg(ring.get(next), td.initMsg(item, Port.none()));
                }

                @Override
                public void item(final Td td, final Msg<Rig.Cmd.Item> msg) {
                    pass(td, ring.get(next));
                }
            }));
        }
        final int[] at = new int[threads];
        for (int i = 0; i < threads; i++) {
            at[place[i]] = i;
        }
        for (final int i : at) {
            ring.add(ports.get(i));
        }
    }

    void run() throws InterruptedException {
        rig.run(ring.get(0));
    }

    private void pass(final Td td, final Port<Rig.Cmd> next) {
        final Msg<Rig.Cmd> msg = td.initMsg(item, Port.none());
        final long fromNs = clock.nowNs();
        if (++hops % HOPS == 0) {
            if (span.counts()) {
                send.add(Math.max(0, sendNs / (double) HOPS - clockNs));
                hop.add(Math.max(0, (fromNs - beganNs) / (double) HOPS - 2 * clockNs));
            }
            if (span.over(hop)) {
                rig.finished();
                return;
            }
            sendNs = 0;
            beganNs = fromNs;
        }
        td.sendMsg(next, msg);
        sendNs += clock.nowNs() - fromNs;
    }

    /** What one reading of the clock takes. */
    private static double clockNs(final Clock clock) {
        final Samples all = new Samples();
        final int readings = 1_000;
        for (int round = 0; round < 200; round++) {
            final long beganNs = clock.nowNs();
            long lastNs = beganNs;
            for (int i = 0; i < readings; i++) {
                lastNs = clock.nowNs();
            }
            all.add((lastNs - beganNs) / (double) readings);
        }
        return all.median();
    }

    private static int[] shuffled(final int n) {
        final Seed seed = Seed.of(ORDER);
        final int[] all = new int[n];
        for (int i = 0; i < n; i++) {
            final int j = seed.nextInt(i + 1);
            all[i] = all[j];
            all[j] = i;
        }
        return all;
    }
}
