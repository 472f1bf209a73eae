package odonata.actors.socket;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.NetMsg.PruSend;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.udp.UdpPcb;
import odonata.protocol.wire.Mbuf;

/**
 * A UDP socket of one CPU. The udp_thread of the CPU appends datagrams; the application, a thread of the same CPU, is told
 * by message, receives directly from the buffer and asks for everything else by message to the udp_thread.
 *
 * <p>Owner: the CPU's carrier. The buffer is bounded in datagrams and in bytes; a datagram that finds it full is counted and lost.
 */
public final class UdpSocket {
    private final Bounds bounds;
    private final Port<SockMsg> application;
    private final Port<NetMsg> soPort;
    private final CpuNet net;
    private final UdpOptions options;
    private final ArrayDeque<Mbuf> buffer = new ArrayDeque<>();
    private final Ipv4Header ip = new Ipv4Header();
    private final UdpHeader udp = new UdpHeader();
    private UdpPcb pcb;
    private long bytes;
    private long waitingBytes;
    private int boundLaddr;
    private boolean dontFragment;
    private boolean shared = true;
    private boolean told;
    private boolean busy;
    private boolean closed;
    private NetError soError = NetError.OK;

    /**
     * Bounds of a buffer.
     *
     * @param datagrams datagrams that wait
     * @param bytes memory that they take
     */
    record Bounds(int datagrams, long bytes) {}

    /** Receives what has come to a socket. */
    @FunctionalInterface
    public interface Reader {
        /**
         * One datagram.
         *
         * @param faddr who sent it
         * @param fport from which port
         * @param payload its bytes, now the reader's; there is room for headers before them
         */
        void datagram(int faddr, int fport, Mbuf payload);
    }

    /**
     * A socket without a name.
     *
     * @param net of the CPU
     */
    UdpSocket(
            final UdpPcb pcb,
            final Bounds bounds,
            final Port<SockMsg> application,
            final Port<NetMsg> soPort,
            final CpuNet net) {
        this.pcb = pcb;
        this.bounds = bounds;
        this.application = application;
        this.soPort = soPort;
        this.net = net;
        this.options = new UdpOptions(net.knobs());
    }

    /** The control block; another object after each change, never after a datagram that was sent or received. */
    public UdpPcb pcb() {
        return pcb;
    }

    /** Memory of the datagrams that wait, bytes. */
    public long waitingBytes() {
        return bytes;
    }

    /** Datagrams that wait. */
    public int waiting() {
        return buffer.size();
    }

    /** Port of the udp_thread that serves this socket. */
    public Port<NetMsg> soPort() {
        return soPort;
    }

    /** IP_DONTFRAG: a datagram that would have to be cut is refused with EMSGSIZE. */
    public void dontFragment(final boolean value) {
        dontFragment = value;
    }

    /** The value of an option; -1: UDP has no such option. */
    public int option(final SockOpt option) {
        return options.get(option);
    }

    /** Sets an option. ENOPROTOOPT: UDP has no such option; EINVAL: no such value; ENOBUFS: a buffer too large. */
    public NetError option(final SockOpt option, final int value) {
        return options.set(option, value);
    }

    /** SO_ERROR: the error that has come for a connected socket, once. */
    public NetError error() {
        final NetError error = soError;
        soError = NetError.OK;
        return error;
    }

    /** True when an error waits to be told. */
    public boolean hasError() {
        return soError != NetError.OK;
    }

    /** One of {@link UdpMsg.OnSocket}, for this socket; {@code then} gets the error. In the application. */
    public void ask(final Td td, final UdpMsg.OnSocket operation, final Consumer<NetError> then) {
        td.sendMsg(soPort, td.<NetMsg>initMsg(operation), reply -> then.accept(reply.error()));
    }

    /** {@code sbappendaddr}: false when the buffer is full. In the udp_thread. */
    boolean append(final Td td, final Mbuf packet) {
        if (buffer.size() >= bounds.datagrams()
                || bytes + packet.data().length > bounds.bytes()
                || waitingBytes + packet.length() > options.recvSpace()) {
            return false;
        }
        buffer.addLast(packet);
        bytes += packet.data().length;
        waitingBytes += packet.length();
        wake(td);
        return true;
    }

    private void wake(final Td td) {
        if (!told) {
            told = true;
            td.sendMsg(application, Msg.init(new SockMsg.Wakeup(this), Port.none()));
        }
    }

    /** An ICMP error about the connection: the next call meets it. In the udp_thread. */
    void fail(final Td td, final NetError error) {
        soError = error;
        wake(td);
    }

    /**
     * {@code soreceive}: gives up to {@code limit} datagrams to {@code reader}; true when more are left. Otherwise the next
     * datagram is announced by {@link SockMsg.Wakeup}. In the application.
     */
    public boolean receive(final int limit, final Reader reader) {
        for (int n = 0; n < limit && !buffer.isEmpty(); n++) {
            final Mbuf packet = buffer.removeFirst();
            bytes -= packet.data().length;
            waitingBytes -= packet.length();
            ip.wrap(packet.data(), packet.offset(), packet.length());
            udp.wrap(ip);
            reader.datagram(
                    ip.src(),
                    udp.sport(),
                    new Mbuf(packet.data(), udp.payloadOffset(), udp.payloadLength(), 0, packet.rcvNs()));
        }
        told = !buffer.isEmpty();
        return told;
    }

    /**
     * {@code send}: to the peer; nobody waits for it. In the application.
     *
     * @param payload the bytes to send, from now on not the caller's
     * @return the pending error; ENOTCONN without a peer; EMSGSIZE as of {@link #sendTo}
     */
    public NetError send(final Td td, final Mbuf payload) {
        return send(by(td), payload);
    }

    /** As {@link #send(Td, Mbuf)} for a caller that is no thread: {@code out} sends to {@link #soPort} what is not replied. */
    public NetError send(final Consumer<NetMsg> out, final Mbuf payload) {
        if (soError != NetError.OK) {
            return error();
        }
        return pcb.isConnected() ? send(out, pcb.faddr(), pcb.fport(), payload) : NetError.ENOTCONN;
    }

    /**
     * {@code sendto}: nobody waits for it. The control block is not touched (I46, R43). In the application.
     *
     * @param payload the bytes to send, from now on not the caller's
     * @return EISCONN when the socket is connected; EMSGSIZE when it does not fit in a datagram, or not in one packet and it may not be
     *     cut; EINVAL for port 0 or a socket without a port; else OK
     */
    public NetError sendTo(final Td td, final int faddr, final int fport, final Mbuf payload) {
        return sendTo(by(td), faddr, fport, payload);
    }

    /** As {@link #sendTo(Td, int, int, Mbuf)} for a caller that is no thread. */
    public NetError sendTo(final Consumer<NetMsg> out, final int faddr, final int fport, final Mbuf payload) {
        if (pcb.isConnected()) {
            return NetError.EISCONN;
        }
        if (fport < 1 || fport > UdpPcb.MAX_PORT) {
            return NetError.EINVAL;
        }
        return send(out, faddr, fport, payload);
    }

    private Consumer<NetMsg> by(final Td td) {
        return command -> td.sendMsg(soPort, td.initMsg(command, Port.none()));
    }

    private NetError send(final Consumer<NetMsg> out, final int faddr, final int fport, final Mbuf payload) {
        if (net.isBroadcast(faddr) && !options.broadcast()) {
            return NetError.EACCES;
        }
        if (payload.length() > UdpDatagram.MAX_PAYLOAD || (dontFragment && isTooLong(faddr, payload.length()))) {
            return NetError.EMSGSIZE;
        }
        if (pcb.lport() == 0) {
            return NetError.EINVAL;
        }
        out.accept(new PruSend(
                pcb.laddr(),
                pcb.lport(),
                faddr,
                fport,
                dontFragment,
                options.timeToLive(),
                options.typeOfService(),
                payload));
        return NetError.OK;
    }

    private boolean isTooLong(final int faddr, final int length) {
        final int mtu = net.pathMtu(faddr);
        return mtu > 0 && UdpDatagram.HEADERS + length > mtu;
    }

    /** True when the services of this system, which answer, should not see what was sent to many. */
    boolean takesBroadcasts() {
        return shared;
    }

    void refuseBroadcasts() {
        shared = false;
    }

    void pcb(final UdpPcb changed) {
        pcb = changed;
    }

    int boundLaddr() {
        return boundLaddr;
    }

    void boundLaddr(final int laddr) {
        boundLaddr = laddr;
    }

    /** Begins an operation; false while another is under way, or when the socket has ended. */
    boolean begin() {
        if (busy || closed) {
            return false;
        }
        busy = true;
        return true;
    }

    void end() {
        busy = false;
    }

    void close() {
        closed = true;
        buffer.clear();
        bytes = 0;
        waitingBytes = 0;
    }
}
