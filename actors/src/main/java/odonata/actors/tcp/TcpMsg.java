package odonata.actors.tcp;

import java.util.List;
import java.util.Set;
import odonata.actors.netisr.NetMsg;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.protocol.tcp.syn.SynEntry;

/** What a tcp_thread is asked besides packets: operations on sockets, and what the tcp_threads of a machine tell each other. */
public sealed interface TcpMsg extends NetMsg.Pru {

    /**
     * On one socket: served by the CPU that owns it, passed on by every other (the chase of 5.3), to another member too. Errors as of
     * {@link SockCall}; EHOSTDOWN: it has died with a member.
     */
    sealed interface OnSocket extends TcpMsg {
        /** The socket as the sender knows it. */
        TcpSocket ref();

        /** The socket itself, for its owner; null while it is at another member. */
        default TcpSocket so() {
            return ref().here();
        }
    }

    /** Names the own end. */
    record Bind(TcpSocket ref, SockAddr addr) implements OnSocket {}

    /** Goes to the first CPU of the machine, then on to each in ascending order; the last replies (R54, I43). */
    record Listen(TcpSocket ref, int backlog) implements OnSocket {}

    /** Goes to the CPU of the connection, and the socket with it (5.6); to another member when that has opened it. */
    record Connect(TcpSocket ref, SockAddr to, boolean mayWait) implements OnSocket {}

    /** Replied with the {@link TcpSocket} that was accepted. */
    record Accept(TcpSocket ref, boolean mayWait) implements OnSocket {}

    /** Replied with the number of bytes taken. */
    record Send(TcpSocket ref, Uio uio, Set<MsgFlag> flags, boolean mayWait) implements OnSocket {}

    /** Replied with the bytes. */
    record Recv(TcpSocket ref, int most, Set<MsgFlag> flags, boolean mayWait) implements OnSocket {}

    /** Ends directions. */
    record Shutdown(TcpSocket ref, SockCall.How how) implements OnSocket {}

    /** Nobody has a descriptor any more. */
    record Close(TcpSocket ref, boolean mayWait) implements OnSocket {}

    /** Nobody will ever have one: resets the peer. Not replied. */
    record Abort(TcpSocket ref) implements OnSocket {}

    /** Replied with an Integer. */
    record GetOption(TcpSocket ref, SockOpt option) implements OnSocket {}

    /** Sets an option. */
    record SetOption(TcpSocket ref, SockOpt option, int value) implements OnSocket {}

    /** Replied with what the question says. */
    record Ask(TcpSocket ref, Question question) implements OnSocket {}

    /** A predicate message (5.4): replied with those of {@code events} that hold, at once or when one does. */
    record Await(TcpSocket ref, int events, boolean mayWait) implements OnSocket {}

    /** What {@link Ask} asks. */
    enum Question {
        /** Own end, {@link SockAddr}. */
        SOCKNAME,
        /** Peer, {@link SockAddr}. */
        PEERNAME,
        /** Bytes to receive, Integer. */
        READABLE,
        /** {@link odonata.protocol.tcp.machine.TcpInfo}. */
        INFO,
        /** At the mark of urgent data? Boolean. */
        ATMARK
    }

    /** To the CPU that keeps the port, which notes it and asks all that may mind ({@link Claim}): may this socket have it? EADDRINUSE. */
    record Reserve(PortUse use) implements TcpMsg {}

    /**
     * From the CPU that keeps a port to others, of all members: does a socket here forbid this? EADDRINUSE.
     *
     * @param cpu who asks
     */
    record Claim(PortClaim claim, int cpu) implements TcpMsg {}

    /** A port of any slice; replied with its number, noted. EADDRNOTAVAIL: all slices are exhausted. */
    record PickPort(PortUse use, int firstCpu) implements TcpMsg {}

    /**
     * To the CPU of another member that owns the flow of the socket, which has its name: opens its connection there. EADDRINUSE: there is
     * one already; the socket stays what it was.
     *
     * @param home where its user is
     * @param options its options as bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // read once by the receiver, never compared
    record Open(TcpSocket ref, int home, byte[] options) implements TcpMsg {}

    /** A port is not used any more by a socket. Not replied. */
    record Release(TcpSocket so, int lport) implements TcpMsg {}

    /** The socket of an explicit bind has a peer: who minds wildcards only does not mind it any more. Not replied. */
    record Connected(TcpSocket so, int lport) implements TcpMsg {}

    /** To the CPU of a listening socket, maybe of another member: a handshake is over. Not replied. */
    record Completed(ListenId listener, TcpSocket so) implements TcpMsg {}

    /**
     * Connections and handshakes of buckets that have been another CPU's of the machine. Replied when they are in its tables.
     *
     * @param cookies what the cookies that it has given out are to be known by; none: it has not
     */
    @SuppressWarnings("ArrayRecordComponent") // read once by the receiver, never compared
    record Adopt(List<TcpSocket> sockets, List<SynEntry<TcpListener>> halfOpen, byte[] cookies) implements TcpMsg {}

    /** The same from a CPU of another member, as bytes ({@link TcpCargo}). */
    @SuppressWarnings("ArrayRecordComponent") // read once by the receiver, never compared
    record Transfer(List<byte[]> sockets, List<byte[]> halfOpen, byte[] cookies) implements TcpMsg {}

    /** To each CPU of other members: there is a listener, or it has other options now. Replied when it is in its table. */
    @SuppressWarnings("ArrayRecordComponent") // read once by the receiver, never compared
    record Listening(ListenId listener, byte[] options) implements TcpMsg {}

    /** To each CPU of other members: it listens no more. Not replied. */
    record NotListening(ListenId listener) implements TcpMsg {}

    /** To the first CPU of a member that leaves: no other member finds a listener of it any more. Not replied. */
    enum Withdraw implements TcpMsg {
        INSTANCE
    }

    /** From the own CPU: a member with these CPUs is gone. Not replied. */
    record HostDown(Set<Integer> cpus) implements TcpMsg {

        /** Copies them. */
        public HostDown {
            cpus = Set.copyOf(cpus);
        }
    }
}
