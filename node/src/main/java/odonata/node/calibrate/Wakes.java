package odonata.node.calibrate;

import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Clock;
import odonata.protocol.errno.NetError;

/** A message to another CPU that has been parked for a while: from the send until the thread there has it. */
final class Wakes {
    private static final long PAUSE_NS = 200_000;

    /** Written by the carrier of CPU 1; read when all is over. */
    final Samples oneWay = new Samples();

    private final Clock clock;
    private final Rig rig;
    private final Port<Rig.Cmd> client;
    /** Written before the send, read after the receipt of what was sent. */
    private long sentNs;

    Wakes(final Rig rig, final Clock clock, final Span span) {
        this.rig = rig;
        this.clock = clock;
        final Port<Rig.Cmd> server = rig.spawn(1, new Rig.Body() {
            @Override
            public void item(final Td td, final Msg<Rig.Cmd.Item> msg) {
                oneWay.add((double) (clock.nowNs() - sentNs));
                msg.reply(NetError.OK);
            }
        });
        client = rig.spawn(0, new Rig.Body() {
            @Override
            public void go(final Td td, final Msg<Rig.Cmd.Go> msg) {
                send(td, server);
            }

            @Override
            public void reply(final Td td, final Msg<?> msg) {
                if (span.over(oneWay)) {
                    rig.finished();
                } else {
                    td.after(PAUSE_NS, () -> send(td, server));
                }
            }
        });
    }

    void run() throws InterruptedException {
        rig.run(client);
    }

    private void send(final Td td, final Port<Rig.Cmd> server) {
        final Msg<Rig.Cmd> msg = td.initMsg(new Rig.Cmd.Item(0));
        sentNs = clock.nowNs();
        td.sendMsg(server, msg);
    }
}
