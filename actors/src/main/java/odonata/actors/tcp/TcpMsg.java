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

    /** On one socket: served by the CPU that owns it, passed on by every other (the chase of 5.3). Errors as of {@link SockCall}. */
    sealed interface OnSocket extends TcpMsg {
        /** The socket. */
        TcpSocket so();
    }

    /** Names the own end. */
    record Bind(TcpSocket so, SockAddr addr) implements OnSocket {}

    /** Goes to the first CPU of the machine, then on to each in ascending order; the last replies (R54, I43). */
    record Listen(TcpSocket so, int backlog) implements OnSocket {}

    /** Goes to the CPU of the connection, and the socket with it (5.6). */
    record Connect(TcpSocket so, SockAddr to, boolean mayWait) implements OnSocket {}

    /** Replied with the {@link TcpSocket} that was accepted. */
    record Accept(TcpSocket so, boolean mayWait) implements OnSocket {}

    /** Replied with the number of bytes taken. */
    record Send(TcpSocket so, Uio uio, Set<MsgFlag> flags, boolean mayWait) implements OnSocket {}

    /** Replied with the bytes. */
    record Recv(TcpSocket so, int most, Set<MsgFlag> flags, boolean mayWait) implements OnSocket {}

    /** Ends directions. */
    record Shutdown(TcpSocket so, SockCall.How how) implements OnSocket {}

    /** Nobody has a descriptor any more. */
    record Close(TcpSocket so, boolean mayWait) implements OnSocket {}

    /** Nobody will ever have one: resets the peer. Not replied. */
    record Abort(TcpSocket so) implements OnSocket {}

    /** Replied with an Integer. */
    record GetOption(TcpSocket so, SockOpt option) implements OnSocket {}

    /** Sets an option. */
    record SetOption(TcpSocket so, SockOpt option, int value) implements OnSocket {}

    /** Replied with what the question says. */
    record Ask(TcpSocket so, Question question) implements OnSocket {}

    /** A predicate message (5.4): replied with those of {@code events} that hold, at once or when one does. */
    record Await(TcpSocket so, int events, boolean mayWait) implements OnSocket {}

    /** What {@link Ask} asks. */
    enum Question {
        /** Own end, {@link SockAddr}. */
        SOCKNAME,
        /** Peer, {@link SockAddr}. */
        PEERNAME,
        /** Bytes to receive, Integer. */
        READABLE,
        /** {@link odonata.protocol.tcp.machine.TcpInfo}. */
        INFO
    }

    /**
     * May this socket have this port? Goes past all CPUs, unless the socket does not mind connections, and ends at the one that keeps
     * the port, which notes it. EADDRINUSE.
     */
    record Reserve(PortUse use) implements TcpMsg {}

    /** A port of any slice; replied with its number, noted. EADDRNOTAVAIL: all slices are exhausted. */
    record PickPort(PortUse use, int firstCpu) implements TcpMsg {}

    /** A port is not used any more by a socket. Not replied. */
    record Release(TcpSocket so, int lport) implements TcpMsg {}

    /** The socket of an explicit bind has a peer: who minds wildcards only does not mind it any more. Not replied. */
    record Connected(TcpSocket so, int lport) implements TcpMsg {}

    /** To the CPU of a listening socket: a handshake is over. Not replied. */
    record Completed(TcpListener listener, TcpSocket so) implements TcpMsg {}

    /** Connections and handshakes of buckets that have been another CPU's. Replied when they are in its tables. */
    record Adopt(List<TcpSocket> sockets, List<SynEntry<TcpListener>> halfOpen) implements TcpMsg {}
}
