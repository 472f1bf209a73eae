package odonata.actors.app;

import akka.actor.typed.Behavior;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.socket.SockMsg;
import odonata.actors.socket.SockMsg.Wakeup;
import odonata.actors.socket.UdpSocket;

/** A user thread that serves UDP sockets of its CPU, a bounded batch of datagrams at a time. */
public final class UdpServer extends LwktThread<SockMsg> {
    private static final int BATCH = 64;

    private final Service service;

    /** What is done with a datagram. */
    @FunctionalInterface
    public interface Service {
        /** Serves one datagram that came to {@code socket}; see {@link UdpSocket.Reader}. */
        void serve(Td td, UdpSocket socket, int faddr, int fport, odonata.protocol.wire.Mbuf payload);
    }

    private UdpServer(final Td td, final Service service) {
        super(td);
        this.service = service;
    }

    /** Behaviour of a server thread; sockets bound to its port are served by {@code service}. */
    public static Behavior<Msg<SockMsg>> create(final Service service) {
        return LwktThread.behavior(td -> new UdpServer(td, service));
    }

    @Override
    protected Handlers<SockMsg> handlers() {
        return Handlers.of(SockMsg.class).on(Wakeup.class, this::onWakeup);
    }

    private void onWakeup(final Msg<Wakeup> msg) {
        final UdpSocket socket = msg.command().socket();
        final boolean more =
                socket.receive(BATCH, (faddr, fport, payload) -> service.serve(td(), socket, faddr, fport, payload));
        if (more) {
            td().sendMsg(td().port(), td().initMsg((SockMsg) msg.command(), Port.none()));
        }
    }
}
