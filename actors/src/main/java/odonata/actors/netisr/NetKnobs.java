package odonata.actors.netisr;

import odonata.protocol.udp.UdpDatagram;

/**
 * What {@code sysctl} may change of UDP and ICMP while a CPU runs; each CPU has its own. Plain fields, read when they matter, those of a
 * socket when it is made. Owner: the CPU's carrier. TCP's are {@link odonata.protocol.tcp.machine.TcpSettings}.
 */
public final class NetKnobs {
    /** {@code net.inet.udp.blackhole}: a port where nobody is stays without an answer. */
    public boolean udpBlackhole;
    /** {@code net.inet.udp.checksum}: datagrams leave with one. */
    public boolean udpChecksum = true;
    /** {@code net.inet.udp.recvspace}: bytes of the packets that wait in a socket. */
    public int udpRecvSpace;
    /** {@code net.inet.udp.maxdgram}: bytes of the longest datagram that a socket sends. */
    public int udpMaxDatagram = UdpDatagram.MAX_PAYLOAD;
    /** {@code kern.ipc.maxsockbuf}: most bytes that a user may ask for as a buffer. */
    public int maxSockbuf = 1 << 20;
    /** {@code net.inet.icmp.icmplim}: ICMP errors in a second. */
    public int icmpLimit;
    /** {@code net.inet.icmp.bmcastecho}: echo requests to all are answered. */
    public boolean broadcastEcho;
    /** {@code net.inet.icmp.maskrepl}: address mask requests are answered (RFC 950). */
    public boolean maskReply;

    NetKnobs(final NetSettings settings) {
        icmpLimit = settings.icmpLimit();
        udpRecvSpace = (int) Math.min(settings.socketBytes(), Integer.MAX_VALUE);
    }
}
