package odonata.actors.netisr;

import odonata.protocol.ip.IpClass;

/**
 * What the network part of a CPU counts. Names follow sysctl and netstat.
 *
 * <p>They add up: {@code INPUT = sent to a protocol thread + drops before one}, and {@code RECEIVED = SERVED + WHOLE + FORWARDED
 * + HELD + drops in one}. Summed over all CPUs, while nothing is on its way,
 * {@code INPUT + REASSEMBLED = SERVED + WHOLE + HELD + all drops}; without fragments {@code INPUT = SERVED + HELD + all drops}.
 */
public enum NetCounter {
    /** Packets taken from devices of this CPU. */
    INPUT("net.netisr.input", Kind.COUNT),
    /** Packets that reached a protocol thread of this CPU. */
    RECEIVED("net.netisr.received", Kind.COUNT),
    /** Packets served: checked, counted in their flow, answered where there is something to answer. */
    SERVED("net.netisr.served", Kind.COUNT),
    /** Packets passed on to their owner. */
    FORWARDED("net.netisr.forwarded", Kind.COUNT),
    /** Packets that wait for a hand-over or a map version now. */
    HELD("net.netisr.held", Kind.LEVEL),
    /** Packets that had to wait. */
    HOLDS("net.netisr.holds", Kind.COUNT),
    /** Flows given to another CPU. */
    FLOWS_GIVEN("net.netisr.flows_given", Kind.COUNT),
    /** Flows taken over from another CPU. */
    FLOWS_TAKEN("net.netisr.flows_taken", Kind.COUNT),
    /** Messages to a protocol thread that does not know them. */
    UNEXPECTED("net.netisr.unexpected", Kind.COUNT),
    /** Version of the bucket map in use. */
    MAP_VERSION("net.netisr.map_version", Kind.LEVEL),

    /** TCP segments served. */
    TCP("net.inet.tcp.rcvtotal", Kind.COUNT),
    /** Unicast UDP datagrams served. */
    UDP("net.inet.udp.ipackets", Kind.COUNT),
    /** Multicast and broadcast UDP datagrams served. */
    MULTICAST("net.inet.udp.ipackets_multicast", Kind.COUNT),
    /** Fragments served. */
    FRAGMENTS("net.inet.ip.fragments", Kind.COUNT),
    /** Datagrams put together from fragments, and sent on to their own protocol thread. */
    REASSEMBLED("net.inet.ip.reassembled", Kind.COUNT),
    /** Of those, served; not counted as packets again, since their fragments were. */
    WHOLE("net.inet.ip.reassembled_served", Kind.COUNT),
    /** Fragments that no honest sender makes, and datagrams given up: overlaps, no room. */
    FRAGMENTS_DROPPED("net.inet.ip.fragdropped", Kind.COUNT),
    /** Datagrams begun now. */
    FRAG_PACKETS("net.inet.ip.fragpackets", Kind.LEVEL),
    /** Memory of their fragments now. */
    FRAG_BYTES("net.inet.ip.fragbytes", Kind.LEVEL),
    /** Datagrams given up because their time was up. */
    FRAGMENTS_TIMEOUT("net.inet.ip.fragtimeout", Kind.COUNT),
    /** Packets of other protocols served. */
    OTHER("net.inet.ip.other", Kind.COUNT),
    /** Flows in the tables now. */
    FLOWS("net.inet.flows", Kind.LEVEL),
    /** Flows thrown out because a table was full. */
    FLOWS_EVICTED("net.inet.flows_evicted", Kind.COUNT),

    /** Dropped: ends before a header that it needs. */
    DROP_TOOSHORT("net.inet.ip.tooshort", Kind.DROP),
    /** Dropped: not IP version 4. */
    DROP_BADVERS("net.inet.ip.badvers", Kind.DROP),
    /** Dropped: IP header checksum. */
    DROP_BADSUM("net.inet.ip.badsum", Kind.DROP),
    /** Dropped: length fields contradict. */
    DROP_BADLEN("net.inet.ip.badlen", Kind.DROP),
    /** Dropped: an address that cannot be meant. */
    DROP_BADADDR("net.inet.ip.badaddr", Kind.DROP),
    /** Dropped: options that contradict themselves. */
    DROP_BADOPTIONS("net.inet.ip.badoptions", Kind.DROP),
    /** Dropped: a source route. */
    DROP_SOURCEROUTE("net.inet.ip.sourceroute", Kind.DROP),
    /** Dropped: TCP checksum. */
    DROP_TCP_BADSUM("net.inet.tcp.rcvbadsum", Kind.DROP),
    /** Dropped: UDP checksum. */
    DROP_UDP_BADSUM("net.inet.udp.badsum", Kind.DROP),
    /** Dropped: ICMP checksum or length. */
    DROP_ICMP_BADSUM("net.inet.icmp.checksum", Kind.DROP),
    /** Dropped: its bucket has no owner. */
    DROP_NOOWNER("net.netisr.noowner", Kind.DROP),
    /** Dropped: too many packets wait for a hand-over. */
    DROP_HOLDFULL("net.netisr.holdfull", Kind.DROP),

    /** Served, but addressed to somebody else: not answered. */
    NOT_LOCAL("net.inet.ip.notlocal", Kind.COUNT),
    /** Served, but nobody listens on that UDP port. */
    UDP_NOPORT("net.inet.udp.noport", Kind.COUNT),
    /** Served, sent to many, but nobody here listens on that UDP port. */
    UDP_NOPORTBCAST("net.inet.udp.noportbcast", Kind.COUNT),
    /** Served, but without a checksum. */
    UDP_NOSUM("net.inet.udp.nosum", Kind.COUNT),
    /** Served, but the socket's buffer was full. */
    UDP_FULLSOCK("net.inet.udp.fullsock", Kind.COUNT),
    /** UDP datagrams sent by sockets. */
    UDP_OUTPUT("net.inet.udp.opackets", Kind.COUNT),
    /** Handshakes begun by peers. */
    TCP_SC_ADDED("net.inet.tcp.syncache.added", Kind.COUNT),
    /** Of those, completed. */
    TCP_SC_COMPLETED("net.inet.tcp.syncache.completed", Kind.COUNT),
    /** Of those, thrown out because their bucket, or all, was full. */
    TCP_SC_OVERFLOW("net.inet.tcp.syncache.overflow", Kind.COUNT),
    /** Of those, given up after the last retransmission. */
    TCP_SC_STALE("net.inet.tcp.syncache.stale", Kind.COUNT),
    /** Of those, reset by the peer. */
    TCP_SC_RESET("net.inet.tcp.syncache.reset", Kind.COUNT),
    /** Of those, given up because ICMP calls the peer unreachable. */
    TCP_SC_UNREACH("net.inet.tcp.syncache.unreach", Kind.COUNT),
    /** SYN,ACKs sent again because nothing came. */
    TCP_SC_RETRANSMITTED("net.inet.tcp.syncache.retransmitted", Kind.COUNT),
    /** SYNs of a handshake that was known. */
    TCP_SC_DUPSYN("net.inet.tcp.syncache.dupsyn", Kind.COUNT),
    /** SYNs answered with a cookie as sequence number; it is needed only when the handshake is thrown out. */
    TCP_SC_SENDCOOKIE("net.inet.tcp.syncache.sendcookie", Kind.COUNT),
    /** Connections opened by nothing but a cookie. */
    TCP_SC_RECVCOOKIE("net.inet.tcp.syncache.recvcookie", Kind.COUNT),
    /** Connections refused because too many wait to be accepted. */
    TCP_LISTENDROP("net.inet.tcp.listendrop", Kind.COUNT),
    /** Connections that came from another CPU with their bucket. */
    TCP_ADOPTED("net.inet.tcp.adopted", Kind.COUNT),
    /** Connections given to another member with their bucket. */
    TCP_EMIGRATED("net.inet.tcp.emigrated", Kind.COUNT),
    /** Connections lost because a member died before it had them, or took their bucket without them. */
    TCP_LOST("net.inet.tcp.lost", Kind.COUNT),
    /** Connections reset because the member of the process that had them died. */
    TCP_ORPHANED("net.inet.tcp.orphaned", Kind.COUNT),
    /** Socket operations passed on because their socket was elsewhere. */
    TCP_CHASED("net.inet.tcp.chased", Kind.COUNT),
    /** Echo requests to many hosts, not answered. */
    ICMP_BMCASTECHO("net.inet.icmp.bmcastecho", Kind.COUNT),
    /** ICMP errors received, and passed on to the owner of the flow that they are about. */
    ICMP_INERROR("net.inet.icmp.inerror", Kind.COUNT),
    /** ICMP errors received that quote too little, or nothing that this system has sent. */
    ICMP_BADQUOTE("net.inet.icmp.badquote", Kind.COUNT),
    /** ICMP errors not sent because none may be: about an error, a broadcast, a later fragment. */
    ICMP_OLDICMP("net.inet.icmp.oldicmp", Kind.COUNT),
    /** Paths that turned out to carry less than was thought. */
    PMTU_LOWERED("net.inet.ip.pmtu_lowered", Kind.COUNT),
    /** Echo requests answered. */
    ICMP_REFLECT("net.inet.icmp.reflect", Kind.COUNT),
    /** ICMP errors sent. */
    ICMP_ERROR("net.inet.icmp.error", Kind.COUNT),
    /** ICMP errors not sent because there were too many. */
    ICMP_LIMITED("net.inet.icmp.limited", Kind.COUNT),

    /** Packets made here and given to a device of this CPU or to the CPU of a device. */
    OUTPUT("net.inet.ip.localout", Kind.COUNT),
    /** Of those, sent to another CPU which owns the device. */
    OUTPUT_REMOTE("net.inet.ip.remoteout", Kind.COUNT),
    /** Packets made here for this system itself. */
    OUTPUT_LOOPBACK("net.inet.ip.loopout", Kind.COUNT),
    /** Packets made here that were cut into fragments. */
    FRAGMENTED("net.inet.ip.fragmented", Kind.COUNT),
    /** Fragments made of them. */
    OUT_FRAGMENTS("net.inet.ip.ofragments", Kind.COUNT),
    /** Large packets that a device of this CPU sent as segments. */
    OUTPUT_TSO("net.inet.tcp.sndtso", Kind.COUNT),
    /** Packets too long for their path that may not be cut. */
    CANTFRAG("net.inet.ip.cantfrag", Kind.COUNT),
    /** Packets that no route leads anywhere. */
    NOROUTE("net.inet.ip.noroute", Kind.COUNT),
    /** Packets lost because the device was full, gone or refused them. */
    OUTPUT_DROPPED("net.inet.ip.odropped", Kind.COUNT);

    /** How a counter behaves. */
    private enum Kind {
        COUNT,
        DROP,
        LEVEL
    }

    private final String sysctl;
    private final Kind kind;

    NetCounter(final String sysctl, final Kind kind) {
        this.sysctl = sysctl;
        this.kind = kind;
    }

    /** Name as in sysctl. */
    public String sysctl() {
        return sysctl;
    }

    /** Unit of the value. */
    public String unit() {
        return switch (this) {
            case FLOWS_GIVEN, FLOWS_TAKEN, FLOWS, FLOWS_EVICTED -> "flows";
            case FRAG_BYTES -> "bytes";
            case UNEXPECTED, TCP_CHASED -> "messages";
            case TCP_LISTENDROP,
                    TCP_ADOPTED,
                    TCP_EMIGRATED,
                    TCP_LOST,
                    TCP_ORPHANED,
                    TCP_SC_ADDED,
                    TCP_SC_COMPLETED,
                    TCP_SC_OVERFLOW,
                    TCP_SC_STALE,
                    TCP_SC_RESET,
                    TCP_SC_UNREACH,
                    TCP_SC_RECVCOOKIE -> "connections";
            case MAP_VERSION -> "version";
            default -> "packets";
        };
    }

    /** True when it only rises (a counter), false when it is a level (a gauge). */
    public boolean rises() {
        return kind != Kind.LEVEL;
    }

    /** True for packets that came in and were freed without being served. */
    public boolean isDrop() {
        return kind == Kind.DROP;
    }

    /** Counter of the packets served in an accepted class, or of the drops in another. */
    static NetCounter of(final IpClass ipClass) {
        return switch (ipClass) {
            case TCP -> TCP;
            case UDP -> UDP;
            case FRAGMENT -> FRAGMENTS;
            case MULTICAST -> MULTICAST;
            case OTHER -> OTHER;
            case TOO_SHORT -> DROP_TOOSHORT;
            case BAD_VERSION -> DROP_BADVERS;
            case BAD_HEADER_CHECKSUM -> DROP_BADSUM;
            case BAD_LENGTH -> DROP_BADLEN;
        };
    }
}
