package odonata.node.calibrate;

import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Clock;

/** A request and its reply, again and again, with nothing else to do: half of a round trip. Thread: the client's carrier. */
final class PingPong {
    /** Round trips that one sample is the mean of. */
    private static final int ROUNDS = 10;

    final Samples oneWay = new Samples();

    private final Clock clock;
    private final Span span;
    private final Rig rig;
    private final Port<Rig.Cmd> client;
    private Msg<Rig.Cmd> request;
    private int left;
    private long beganNs;

    PingPong(final Rig rig, final int serverCpu, final Clock clock, final Span span) {
        this.rig = rig;
        this.clock = clock;
        this.span = span;
        final Port<Rig.Cmd> server = rig.spawn(serverCpu, new Rig.Body() {});
        client = rig.spawn(0, new Rig.Body() {
            @Override
            public void go(final Td td, final Msg<Rig.Cmd.Go> msg) {
                request = td.initMsg(new Rig.Cmd.Item(0));
                left = ROUNDS;
                beganNs = clock.nowNs();
                td.sendMsg(server, request);
            }

            @Override
            public void reply(final Td td, final Msg<?> msg) {
                if (goesOn()) {
                    td.sendMsg(server, request);
                }
            }
        });
    }

    void run() throws InterruptedException {
        rig.run(client);
    }

    private boolean goesOn() {
        if (--left > 0) {
            return true;
        }
        final long endNs = clock.nowNs();
        if (span.counts()) {
            oneWay.add((endNs - beganNs) / (2.0 * ROUNDS));
        }
        if (span.over(oneWay)) {
            rig.finished();
            return false;
        }
        left = ROUNDS;
        beganNs = clock.nowNs();
        return true;
    }
}
