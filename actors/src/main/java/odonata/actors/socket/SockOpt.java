package odonata.actors.socket;

/** Options of sockets. A value is an {@code int}; for a switch 0 is off. Times are milliseconds. */
public enum SockOpt {
    /** The pending error as a number of errno, which is cleared; to be read only. */
    SO_ERROR,
    /** SOCK_STREAM or SOCK_DGRAM; to be read only. */
    SO_TYPE,
    /** Switch: listens; to be read only. */
    SO_ACCEPTCONN,
    /** Bytes of the receive buffer. */
    SO_RCVBUF,
    /** Bytes of the send buffer. */
    SO_SNDBUF,
    /** Switch: bind does not mind connections that use the port. */
    SO_REUSEADDR,
    /** Switch: all sockets that have it may be bound to one port. */
    SO_REUSEPORT,
    /** Seconds that close waits for the peer; 0: it resets the peer; {@link #NO_LINGER}: off. */
    SO_LINGER,
    /** Switch: datagrams may be sent to all hosts of a network; TCP does not mind. */
    SO_BROADCAST,
    /** Switch, on by default (RFC 6093): the urgent byte stays in the stream. Off: it is received by MSG_OOB only. */
    SO_OOBINLINE,
    /** Switch, which nothing looks at: there is no trace of single connections. */
    SO_DEBUG,
    /** Bytes that must be there before a stream is readable. */
    SO_RCVLOWAT,
    /** Bytes that must be free before a stream is writable. */
    SO_SNDLOWAT,
    /** Switch: probes an idle peer. */
    SO_KEEPALIVE,
    /** Switch: no Nagle. */
    TCP_NODELAY,
    /** Switch: holds back what is less than a segment; off sends it. */
    TCP_NOPUSH,
    /** Switch: asks for no options; before the connection. */
    TCP_NOOPT,
    /** Time without an acknowledgment of what was sent after which the connection is given up (RFC 5482); 0: after twelve retransmissions. */
    TCP_USER_TIMEOUT,
    /** Largest segment; set before the connection. Read: that in use. */
    TCP_MAXSEG,
    /** Time that a handshake may take. */
    TCP_KEEPINIT,
    /** Time without a sign of the peer before it is probed. */
    TCP_KEEPIDLE,
    /** Time between probes. */
    TCP_KEEPINTVL,
    /** Probes without answer after which the peer is dead. */
    TCP_KEEPCNT,
    /** Time to live of what is sent, 1..255. */
    IP_TTL,
    /** Type of service of what is sent, 0..255. */
    IP_TOS;

    /** SO_LINGER is off. */
    public static final int NO_LINGER = -1;
}
