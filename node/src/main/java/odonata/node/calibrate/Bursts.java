package odonata.node.calibrate;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Clock;

/**
 * One thread sends to another of the same CPU several messages in a row, which are then taken in a row: no switch is in either row.
 *
 * <p>Threads: all on the carrier of CPU 0.
 */
final class Bursts {
    /** Less than {@code lwkt.throughput}, so that they are taken in one turn. */
    static final int BURST = 48;

    final Samples send = new Samples();
    final Samples take = new Samples();

    private final Clock clock;
    private final Span span;
    private final Rig rig;
    private final Port<Rig.Cmd> source;
    private final Port<Rig.Cmd> sink;
    private final List<Msg<Rig.Cmd>> burst = new ArrayList<>();
    private long firstNs;
    private boolean counts;

    Bursts(final Rig rig, final Clock clock, final Span span) {
        this.rig = rig;
        this.clock = clock;
        this.span = span;
        source = rig.spawn(0, new Rig.Body() {
            @Override
            public void go(final Td td, final Msg<Rig.Cmd.Go> msg) {
                sendAll(td);
            }
        });
        sink = rig.spawn(0, new Rig.Body() {
            @Override
            public void item(final Td td, final Msg<Rig.Cmd.Item> msg) {
                taken(td, msg.command().n());
            }
        });
    }

    void run() throws InterruptedException {
        rig.run(source);
    }

    private void sendAll(final Td td) {
        if (span.over(take)) {
            rig.finished();
            return;
        }
        burst.clear();
        for (int n = 0; n < BURST; n++) {
            burst.add(td.initMsg(new Rig.Cmd.Item(n), Port.none()));
        }
        final long beganNs = clock.nowNs();
        for (int n = 0; n < BURST; n++) {
            td.sendMsg(sink, burst.get(n));
        }
        final long endNs = clock.nowNs();
        counts = span.counts();
        if (counts) {
            send.add((endNs - beganNs) / (double) BURST);
        }
    }

    private void taken(final Td td, final int n) {
        if (n == 0) {
            firstNs = clock.nowNs();
        } else if (n == BURST - 1) {
            final long lastNs = clock.nowNs();
            if (counts) {
                take.add((lastNs - firstNs) / (double) (BURST - 1));
            }
            td.sendMsg(source, td.initMsg(Rig.Cmd.Go.INSTANCE, Port.none()));
        }
    }
}
