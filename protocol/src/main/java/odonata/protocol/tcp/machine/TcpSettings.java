package odonata.protocol.tcp.machine;

import odonata.protocol.tcp.cc.CongestionControl;
import odonata.protocol.tcp.cc.NewReno;

/**
 * The knobs, with the values of DragonFly BSD; names as its sysctls under {@code net.inet.tcp}. Plain fields: the owner may
 * change them between calls of the machine; most are read when they matter, buffer sizes and options when a
 * connection is opened. Times are microseconds, sizes bytes.
 */
public final class TcpSettings {
    private static final long MS = 1_000;
    private static final long S = 1_000_000;

    /** Which rule of RFC 5827 finds a loss in a small flight. */
    public enum EarlyRetransmit {
        OFF,
        BYTES,
        SEGMENTS
    }

    /** What we do about explicit congestion notification; {@code net.inet.tcp.ecn.enable} 0, 1, 2. */
    public enum Ecn {
        OFF,
        /** Asked for, and granted. */
        ASK,
        /** Granted to who asks. */
        GRANT
    }

    /** For which segments without a connection there is no RST. */
    public enum Blackhole {
        OFF,
        SYN,
        ALL
    }

    /** Window scaling and timestamps are asked for (RFC 7323). */
    public boolean rfc1323 = true;
    /** Selective acknowledgments are asked for (RFC 2018). */
    public boolean sack;
    /** Explicit congestion notification (RFC 3168). */
    public Ecn ecn = Ecn.OFF;
    /** So many retransmissions of a SYN still ask for it (RFC 3168 section 6.1.1.1). */
    public int ecnMaxRetries = 1;
    /** From its third retransmission on a SYN asks for no options but the segment size. */
    public boolean rexmtDropOptions;
    /** What nobody listens for is not answered by a RST. */
    public Blackhole blackhole = Blackhole.OFF;
    /** A SYN with FIN is dropped. */
    public boolean dropSynFin;
    /** Segments leave with DF; a path that carries less says so (RFC 1191). */
    public boolean pathMtuDiscovery = true;
    /** ICMP says that a connection that is being opened is refused. */
    public boolean icmpMayRst = true;
    /** Size of a receive buffer. */
    public int recvSpace = 57_344;
    /** Size of a send buffer. */
    public int sendSpace = 32_768;
    /** Most bytes that a user may ask for as a buffer ({@code kern.ipc.maxsockbuf}). */
    public int maxSockbuf = 1 << 20;
    /** Least shift of our window, {@code 0..14}, when scaling is asked for. */
    public int windowScale = 5;
    /** Our segment size as announced: the link's, without IP and TCP header (RFC 6691). */
    public int mss = 1460;
    /** Segment size of a peer that announces none. */
    public int mssDefault = 536;
    /** A peer that announces less is taken for this. */
    public int minMss = 216;
    /** Length of a tick of our timestamps: 100 Hz. */
    public long timestampTickUs = 10 * MS;

    public boolean delayedAck = true;
    public long delackUs = 100 * MS;

    public long rexmtInitialUs = 3 * S;
    public long rexmtMinUs = S;
    /** So many retransmissions of a SYN come before its timeout is doubled; 0: RFC 6298 section 5.5. */
    public int synSteady = 4;

    public long rexmtMaxUs = 64 * S;
    /** Clock granularity G of RFC 6298: the least that 4 RTTVAR counts for. */
    public long rexmtGranularityUs = 10 * MS;
    /** Added to each retransmission timeout. */
    public long rexmtSlopUs;
    /** After so many retransmissions of one segment the connection is given up (R2 of RFC 9293 section 3.8.3). */
    public int maxRexmt = 12;

    public long persistMinUs = 5 * S;
    public long persistMaxUs = 60 * S;

    /** A handshake must end within this. */
    public long keepInitUs = 75 * S;

    public long keepIdleUs = 7_200 * S;
    public long keepIntervalUs = 75 * S;
    public int keepCount = 8;
    /** Maximum segment lifetime. */
    public long mslUs = 30 * S;
    /** So many connections of a CPU may be in TIME-WAIT; when there is one more, that of the oldest ends. The rule is FreeBSD's. */
    public int maxTcpTw = 16_384;
    /** FIN-WAIT-2 of a socket that nobody holds lasts no longer. */
    public long finWait2Us = 600 * S;

    /** The initial sequence number of a passive open says what the SYN said (RFC 4987). Not the machine's, its owner's. */
    public boolean syncookies = true;
    /** Nothing but that is kept of a SYN. */
    public boolean syncookiesOnly;

    /** In-window RSTs are believed: RFC 793 instead of RFC 5961. */
    public boolean insecureRst;
    /** In-window SYNs reset the connection: RFC 793 instead of RFC 5961. */
    public boolean insecureSyn;
    /** Challenge ACKs of one connection a second. */
    public int challengeAcks = 10;
    /** CLOSE with unread data, or data after CLOSE, resets the connection (RFC 9293 section 3.6.1, SHLD-3). */
    public boolean resetOnUnread = true;

    /** Initial window in segments; 0: RFC 3390. */
    public int initialCwnd;

    public boolean limitedTransmit = true;
    public EarlyRetransmit earlyRetransmit = EarlyRetransmit.BYTES;
    public boolean eifel = true;
    /** Stay in recovery on a partial ACK (RFC 6582); false is Reno. */
    public boolean newReno = true;

    public CongestionControl.Factory congestionControl = NewReno::new;

    /** Text of one {@link TcpOut} may be this long, cut into segments by the device; 0: one segment (5.10). */
    public int tsoBytes;

    int initialWindow(final int segment) {
        return initialCwnd > 0 ? initialCwnd * segment : NewReno.initialWindow(segment);
    }
}
