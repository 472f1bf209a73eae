package odonata.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import odonata.actors.cpu.Cpu;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;

/** The load's sending end on one CPU: now and then a call, synchronous or not, urgent or not, a burst, a note, a function on a ring. */
final class CallerThread extends LwktThread<LoadMsg> {
    private static final int LONGEST_ROUTE = 4;
    private static final int LONGEST_BURST = 10;
    private static final double URGENT = 0.25;

    private final MessageLedger ledger;
    private final RingChecker rings;
    private final Seed seed;
    private final Supplier<List<Integer>> targets;
    private final int pauseNs;
    private long untilNs;

    CallerThread(final Td td, final Load load, final Seed seed, final Supplier<List<Integer>> targets) {
        super(td);
        this.ledger = load.ledger();
        this.rings = load.rings();
        this.pauseNs = load.pauseNs();
        this.seed = seed;
        this.targets = targets;
        ledger.thread(td.gd().curthread());
    }

    @Override
    protected Handlers<LoadMsg> handlers() {
        return Handlers.of(LoadMsg.class)
                .on(LoadMsg.Start.class, this::onStart)
                .on(LoadMsg.Flood.class, this::onFlood)
                .on(Call.class, msg -> {});
    }

    @Override
    protected void onReply(final Msg<?> msg) {
        ledger.completed(td().gd(), msg);
    }

    private void onStart(final Msg<LoadMsg.Start> msg) {
        untilNs = msg.command().untilNs();
        again();
    }

    private void again() {
        final long delayNs = 1L + seed.nextInt(2 * pauseNs);
        if (td().now() + delayNs < untilNs) {
            td().after(delayNs, this::act);
        }
    }

    private void act() {
        again();
        switch (seed.nextInt(10)) {
            case 0, 1, 2 -> async(route(), Load.SERVER, seed.chance(URGENT));
            case 3, 4 -> sync(route(), Load.SERVER);
            case 5 -> note(route());
            case 6, 7 -> burst(route());
            case 8 -> functions();
            default -> sync(route().subList(0, 1), Load.SYNC_PORT);
        }
    }

    private void onFlood(final Msg<LoadMsg.Flood> msg) {
        for (int i = 0; i < msg.command().perTarget(); i++) {
            for (final int target : targets.get()) {
                async(List.of(target), Load.SERVER, false);
            }
            functions();
        }
    }

    private List<Integer> route() {
        final List<Integer> left = new ArrayList<>(targets.get());
        final List<Integer> route = new ArrayList<>();
        final int length = 1 + seed.nextInt(LONGEST_ROUTE);
        while (route.size() < length && !left.isEmpty()) {
            route.add(left.remove(seed.nextInt(left.size())));
        }
        return List.copyOf(route);
    }

    private void async(final List<Integer> route, final int port, final boolean urgent) {
        final Call call = ledger.call(td().cpu(), port, urgent, true, route);
        final Msg<Call> msg = td().initMsg(call);
        ledger.sent(call, urgent ? msg.urgent() : msg, false);
        td().sendMsg(first(call), msg);
    }

    /** To be the last thing that is done: nothing else is received until the reply is there. */
    private void sync(final List<Integer> route, final int port) {
        final Call call = ledger.call(td().cpu(), port, false, true, route);
        final Msg<Call> msg = td().initMsg(call);
        ledger.sent(call, msg, true);
        td().doMsg(first(call), msg, reply -> ledger.completed(td().gd(), reply));
    }

    private void note(final List<Integer> route) {
        final Call call = ledger.call(td().cpu(), Load.SERVER, false, false, route);
        final Msg<Call> msg = td().initMsg(call, Port.none());
        ledger.sent(call, msg, false);
        td().sendMsg(first(call), msg);
    }

    private void burst(final List<Integer> route) {
        final int length = 2 + seed.nextInt(LONGEST_BURST);
        for (int i = 0; i < length; i++) {
            async(route, Load.SERVER, seed.chance(URGENT));
        }
    }

    private void functions() {
        for (final Cpu other : td().gd().machine().cpus()) {
            if (other != td().gd()) {
                rings.function(td().gd(), other.id());
            }
        }
    }

    private static Port<Call> first(final Call call) {
        return new Port<>(call.route().get(0), call.port());
    }
}
