package odonata.actors.netisr;

import akka.actor.typed.Behavior;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import odonata.actors.cpu.Callout;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.IntrMsg.Detach;
import odonata.actors.netisr.IntrMsg.Drain;
import odonata.actors.netisr.IntrMsg.Intr;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicPort;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.wire.Mbuf;

/**
 * Interrupt thread of one device: pulls bounded batches of packets out of it and sends each to its protocol thread.
 *
 * <p>Idle until the device wakes it. While its CPU has more messages waiting than it should, or no bucket map yet, it takes
 * nothing and looks again a little later: the device's own queue fills and pushes back on its peer.
 */
public final class InterruptThread extends LwktThread<IntrMsg> implements NicPort {
    private final CpuNet net;
    private final Nic nic;
    private final Doorbell doorbell;
    private final Callout later;
    private final ArrayDeque<Runnable> drains = new ArrayDeque<>();
    private boolean again;

    /** Wakes the interrupt thread; any number of calls before it runs are one. Any thread. */
    public static final class Doorbell implements Runnable {
        private final AtomicBoolean rung = new AtomicBoolean();
        private final CpuNet net;
        private final Port<IntrMsg> port;

        /** The bell of the interrupt thread at {@code port} on {@code net}'s CPU. */
        public Doorbell(final CpuNet net, final Port<IntrMsg> port) {
            this.net = net;
            this.port = port;
        }

        @Override
        public void run() {
            if (!rung.get()
                    && rung.compareAndSet(false, true)
                    && !net.cpu().injectMsg(port, Msg.init(Intr.INSTANCE, Port.none()))) {
                rung.set(false);
            }
        }
    }

    private InterruptThread(final Td td, final CpuNet net, final Nic nic, final Doorbell doorbell) {
        super(td);
        this.net = net;
        this.nic = nic;
        this.doorbell = doorbell;
        this.later = td.callout(this::pull);
    }

    /** Behaviour for the interrupt thread of {@code nic}, which {@code doorbell} wakes. */
    public static Behavior<Msg<IntrMsg>> create(final CpuNet net, final Nic nic, final Doorbell doorbell) {
        return LwktThread.behavior(td -> new InterruptThread(td, net, nic, doorbell));
    }

    @Override
    protected Handlers<IntrMsg> handlers() {
        return Handlers.of(IntrMsg.class)
                .on(Intr.class, this::onIntr)
                .on(Drain.class, this::onDrain)
                .on(Detach.class, this::onDetach);
    }

    private void onIntr(final Msg<Intr> msg) {
        doorbell.rung.set(false);
        again = false;
        pull();
    }

    private void onDrain(final Msg<Drain> msg) {
        drains.add(msg.command().drained());
        pull();
    }

    private void onDetach(final Msg<Detach> msg) {
        later.stop();
        td().exit();
        runDrained();
        msg.command().detached().run();
    }

    private void pull() {
        if (net.cpu().overloaded() || net.partition().version() == 0) {
            later.reset(net.settings().pullPauseNs());
            return;
        }
        final int limit = net.settings().pullBatch();
        final int received = nic.receive(this, limit, td().now());
        net.flush();
        if (received == limit) {
            pullAgain();
            return;
        }
        runDrained();
    }

    private void runDrained() {
        while (!drains.isEmpty()) {
            drains.removeFirst().run();
        }
    }

    /** As a message to itself, so that other interrupt threads have their turn. */
    private void pullAgain() {
        if (!again) {
            again = true;
            td().sendMsg(td().port(), td().initMsg((IntrMsg) Intr.INSTANCE, Port.none()));
        }
    }

    @Override
    public void input(final Mbuf mbuf) {
        net.ifnets().show(nic.name(), mbuf, false);
        net.demux().input(td(), mbuf);
    }
}
