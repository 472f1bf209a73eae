package odonata.protocol.tcp.machine;

import java.util.Locale;

/** Counters of the machine, named as in BSD {@code struct tcpstat}, what {@code netstat -s} prints. */
public enum TcpCounter {
    /** Active opens. */
    CONNATTEMPT,
    /** SYNs taken in LISTEN. */
    ACCEPTS,
    /** Connections that were established. */
    CONNECTS,
    /** Established connections that ended by an error. */
    DROPS,
    /** Opens that failed. */
    CONNDROPS,
    /** Connections that ended, in whatever way. */
    CLOSED,
    /** Segments whose round trip is measured. */
    SEGSTIMED,
    /** Round trips that were measured. */
    RTTUPDATED,
    /** Acknowledgments sent by the delay timer. */
    DELACK,
    /** Connections given up after the last retransmission. */
    TIMEOUTDROP,
    /** Retransmission timeouts. */
    REXMTTIMEO,
    /** Timeouts with a closed window. */
    PERSISTTIMEO,
    /** Connections given up because no probe was answered. */
    PERSISTDROP,
    /** Keep-alive timeouts, also of handshakes. */
    KEEPTIMEO,
    /** Keep-alive probes. */
    KEEPPROBE,
    /** Connections given up because no keep-alive was answered. */
    KEEPDROPS,
    /** Segments sent. */
    SNDTOTAL,
    /** Segments of new text, SYN or FIN sent. */
    SNDPACK,
    /** Bytes of new text sent. */
    SNDBYTE,
    /** Segments sent again. */
    SNDREXMITPACK,
    /** Bytes sent again. */
    SNDREXMITBYTE,
    /** Segments sent without text, SYN or FIN. */
    SNDACKS,
    /** Probes of closed windows. */
    SNDPROBE,
    /** Sends with urgent data. */
    SNDURG,
    /** Acknowledgments sent because the user has read. */
    SNDWINUP,
    /** SYNs and RSTs sent. */
    SNDCTRL,
    /** RSTs sent, also those without a connection. */
    SNDRST,
    /** Segments of Limited Transmit. */
    SNDLIMITED,
    /** Recoveries begun by duplicates, those of Early Retransmit among them. */
    SNDFASTREXMIT,
    /** Recoveries begun by Early Retransmit. */
    SNDEARLYREXMIT,
    /** Segments sent again in SACK recovery. */
    SNDSACKREXMIT,
    /** Segments received. */
    RCVTOTAL,
    /** RSTs received for a connection. */
    RCVRST,
    /** Segments with text in order. */
    RCVPACK,
    /** Bytes of text that became readable. */
    RCVBYTE,
    /** Unacceptable segments that begin before the window. */
    RCVDUPPACK,
    /** Segments with text before or at the end of a gap. */
    RCVOOPACK,
    /** Unacceptable segments behind the window. */
    RCVPACKAFTERWIN,
    /** Segments with text after CLOSE. */
    RCVAFTERCLOSE,
    /** Duplicate acknowledgments. */
    RCVDUPACK,
    /** Acknowledgments of what was not sent. */
    RCVACKTOOMUCH,
    /** Acknowledgments of something new. */
    RCVACKPACK,
    /** Acknowledgments that only open the window. */
    RCVWINUPD,
    /** Segments dropped as of an earlier incarnation. */
    PAWSDROP,
    /** Segments without the timestamp they must have. */
    RCVMISSTS,
    /** Challenge acknowledgments sent. */
    CHALLENGEACK,
    /** Challenge acknowledgments not sent because there were too many. */
    CHALLENGELIMITED,
    /** Losses that were none. */
    EIFELDETECTED,
    /** Connections in TIME-WAIT that gave way to a new one. */
    TWREUSED,
    /** Connections whose TIME-WAIT was cut short because there were too many in it. */
    TWRECYCLED,
    /** Connections with explicit congestion notification. */
    ECN_SHS,
    /** Segments received that say congestion experienced. */
    ECN_CE,
    /** Reductions of cwnd because the peer has seen marks. */
    ECN_RCWND;

    /** Name as an operator sees it: {@code net.inet.tcp.sndrexmitpack}. */
    public String fullName() {
        return "net.inet.tcp." + name().toLowerCase(Locale.ROOT);
    }
}
