package odonata.actors.net;

import akka.actor.typed.Behavior;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.socket.SockMsg;
import odonata.actors.socket.UdpMsg;
import odonata.actors.socket.UdpSocket;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.wire.Mbuf;

/** A thread with one UDP socket, driven by a test in virtual time; calls run the world until it is quiet. */
final class UdpUser {
    final List<String> received = new ArrayList<>();
    private final StackWorld world;
    private final int cpu;
    private Td td;
    UdpSocket socket;
    /** Reads nothing while true. */
    boolean deaf;

    private final class Body extends LwktThread<SockMsg> {
        private Body(final Td self) {
            super(self);
            td = self;
        }

        @Override
        protected Handlers<SockMsg> handlers() {
            return Handlers.of(SockMsg.class).on(SockMsg.Wakeup.class, msg -> read());
        }
    }

    private UdpUser(final StackWorld world, final int cpu) {
        this.world = world;
        this.cpu = cpu;
    }

    /** A user on a CPU, with a socket without a name. */
    static UdpUser on(final StackWorld world, final int cpu) {
        final UdpUser user = new UdpUser(world, cpu);
        return user.start(LwktThread.behavior(self -> user.new Body(self)));
    }

    private UdpUser start(final Behavior<Msg<SockMsg>> behavior) {
        final List<Port<SockMsg>> port = new ArrayList<>();
        world.machine
                .cpu(cpu)
                .inject(() ->
                        port.add(world.machine.cpu(cpu).spawn("user", Pri.USER_NORM, 0, ThreadClass.USER, behavior)));
        world.run();
        world.machine.cpu(cpu).inject(() -> td.after(0, () -> attach(port.get(0))));
        world.run();
        return this;
    }

    private void attach(final Port<SockMsg> port) {
        td.sendMsg(
                new Port<NetMsg>(cpu, Port.UDP_THREAD),
                td.<NetMsg>initMsg(new UdpMsg.Attach(port)),
                reply -> socket = (UdpSocket) reply.result());
    }

    void read() {
        if (!deaf) {
            socket.receive(
                    Integer.MAX_VALUE,
                    (faddr, fport, payload) ->
                            received.add(Ipv4Address.format(faddr) + ":" + fport + " " + payload.length()));
        }
    }

    private NetError run(final BiConsumer<Td, List<NetError>> call) {
        final List<NetError> result = new ArrayList<>();
        world.machine.cpu(cpu).inject(() -> td.after(0, () -> call.accept(td, result)));
        world.run();
        return result.isEmpty() ? NetError.EASYNC : result.get(0);
    }

    NetError ask(final UdpMsg.OnSocket operation) {
        return run((self, result) -> socket.ask(self, operation, result::add));
    }

    NetError bind(final int lport) {
        return ask(new UdpMsg.Bind(socket, 0, lport, false));
    }

    NetError connect(final String faddr, final int fport) {
        return ask(new UdpMsg.Connect(socket, Ipv4Address.parse(faddr), fport));
    }

    NetError sendTo(final String faddr, final int fport, final int length) {
        return run((self, result) -> result.add(socket.sendTo(self, Ipv4Address.parse(faddr), fport, payload(length))));
    }

    /** Sends soon, without running the world. */
    void sendToNow(final String faddr, final int fport, final int length) {
        world.machine
                .cpu(cpu)
                .inject(() -> td.after(0, () -> {
                    final NetError error = socket.sendTo(td, Ipv4Address.parse(faddr), fport, payload(length));
                    Kassert.check(error == NetError.OK, "sendto: %s", error);
                }));
    }

    /** One datagram after the other; {@code connects}: the socket is connected for each, and disconnected again. */
    NetError sendMany(final String faddr, final int fport, final int length, final int count, final boolean connects) {
        return run((self, result) -> sendNext(Ipv4Address.parse(faddr), fport, length, count, connects, result));
    }

    private void sendNext(
            final int faddr,
            final int fport,
            final int length,
            final int left,
            final boolean connects,
            final List<NetError> result) {
        if (left == 0) {
            result.add(NetError.OK);
        } else if (connects) {
            socket.ask(td, new UdpMsg.Connect(socket, faddr, fport), connected -> {
                Kassert.check(socket.send(td, payload(length)) == NetError.OK, "send");
                socket.ask(
                        td,
                        new UdpMsg.Disconnect(socket),
                        over -> sendNext(faddr, fport, length, left - 1, true, result));
            });
        } else {
            Kassert.check(socket.sendTo(td, faddr, fport, payload(length)) == NetError.OK, "sendto");
            td.after(1_000, () -> sendNext(faddr, fport, length, left - 1, false, result));
        }
    }

    NetError send(final int length) {
        return run((self, result) -> result.add(socket.send(self, payload(length))));
    }

    private static Mbuf payload(final int length) {
        return new Mbuf(new byte[UdpDatagram.HEADERS + length], UdpDatagram.HEADERS, length, 0, 0);
    }
}
