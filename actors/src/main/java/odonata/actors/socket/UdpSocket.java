package odonata.actors.socket;

import java.util.ArrayDeque;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg.PruSend;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.udp.UdpDatagram;
import odonata.protocol.udp.UdpHeader;
import odonata.protocol.wire.Mbuf;

/**
 * A UDP socket of one CPU. The udp_thread of the CPU appends datagrams; the application, a thread of the same CPU, is told
 * by message, receives directly from the buffer and sends by message to the udp_thread.
 *
 * <p>A wildcard socket exists once on every CPU: each serves the flows of its CPU, and nothing of it moves with a bucket.
 * Owner: the CPU's carrier. The buffer is bounded; a datagram that finds it full is counted and lost.
 */
public final class UdpSocket {
    private final UdpPcb pcb;
    private final int capacity;
    private final Port<SockMsg> application;
    private final Port<odonata.actors.netisr.NetMsg> soPort;
    private final ArrayDeque<Mbuf> buffer = new ArrayDeque<>();
    private final Ipv4Header ip = new Ipv4Header();
    private final UdpHeader udp = new UdpHeader();
    private boolean told;

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

    UdpSocket(final UdpPcb pcb, final int capacity, final Port<SockMsg> application, final int cpu) {
        this.pcb = pcb;
        this.capacity = capacity;
        this.application = application;
        this.soPort = new Port<>(cpu, Port.UDP_THREAD);
    }

    /** The control block. */
    public UdpPcb pcb() {
        return pcb;
    }

    /** Datagrams that wait. */
    public int waiting() {
        return buffer.size();
    }

    /** {@code sbappendaddr}: false when the buffer is full. In the udp_thread. */
    boolean append(final Td td, final Mbuf packet) {
        if (buffer.size() >= capacity) {
            return false;
        }
        buffer.addLast(packet);
        if (!told) {
            told = true;
            td.sendMsg(application, Msg.init(new SockMsg.Wakeup(this), Port.none()));
        }
        return true;
    }

    /**
     * {@code soreceive}: gives up to {@code limit} datagrams to {@code reader}; true when more are left. Otherwise the next
     * datagram is announced by {@link SockMsg.Wakeup}. In the application.
     */
    public boolean receive(final int limit, final Reader reader) {
        for (int n = 0; n < limit && !buffer.isEmpty(); n++) {
            final Mbuf packet = buffer.removeFirst();
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
     * {@code sendto}: nobody waits for it. In the application.
     *
     * @param payload the bytes to send, from now on not the caller's
     * @return EISCONN when the socket is connected, EMSGSIZE when it does not fit in a datagram, EINVAL for port 0, else OK
     */
    public NetError sendTo(final Td td, final int faddr, final int fport, final Mbuf payload) {
        if (pcb.faddr() != 0) {
            return NetError.EISCONN;
        }
        if (payload.length() > UdpDatagram.MAX_PAYLOAD) {
            return NetError.EMSGSIZE;
        }
        if (fport < 1 || fport > 0xffff) {
            return NetError.EINVAL;
        }
        td.sendMsg(soPort, td.initMsg(new PruSend(pcb.lport(), faddr, fport, payload), Port.none()));
        return NetError.OK;
    }
}
