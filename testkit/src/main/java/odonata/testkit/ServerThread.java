package odonata.testkit;

import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;

/** The load's receiving end on one CPU: forwards a call along its route; the last one replies it, at once or after holding it. */
final class ServerThread extends LwktThread<LoadMsg> {
    private static final double HOLD = 0.2;
    private static final int HOLD_NS = 400_000;

    private final MessageLedger ledger;
    private final Seed seed;

    ServerThread(final Td td, final MessageLedger ledger, final Seed seed) {
        super(td);
        this.ledger = ledger;
        this.seed = seed;
        ledger.thread(td.gd().curthread());
    }

    @Override
    protected Handlers<LoadMsg> handlers() {
        return Handlers.of(LoadMsg.class)
                .on(Call.class, this::onCall)
                .on(LoadMsg.Start.class, msg -> {})
                .on(LoadMsg.Flood.class, msg -> {});
    }

    private void onCall(final Msg<Call> msg) {
        ledger.takenInTurn(td().gd().curthread(), msg);
        final Call call = msg.command();
        final int next = call.route().indexOf(td().cpu()) + 1;
        if (next < call.route().size()) {
            ledger.released(call);
            msg.forward(new Port<Call>(call.route().get(next), call.port()));
        } else if (seed.chance(HOLD)) {
            td().after(1 + seed.nextInt(HOLD_NS), () -> end(msg));
        } else {
            end(msg);
        }
    }

    private void end(final Msg<Call> msg) {
        ledger.released(msg.command());
        if (msg.wantsReply()) {
            msg.reply(NetError.OK, msg.command().id());
        }
    }
}
