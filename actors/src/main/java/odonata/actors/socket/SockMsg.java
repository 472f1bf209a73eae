package odonata.actors.socket;

/** What a thread that has sockets is told. */
public sealed interface SockMsg {

    /** The socket has datagrams; sent once until the application has received all of them. */
    record Wakeup(UdpSocket socket) implements SockMsg {}
}
