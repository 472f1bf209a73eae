package odonata.protocol.icmp;

import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;

/**
 * What an ICMP error message says about a packet that this system is said to have sent: {@code pr_ctlinput}. Anybody can send one; who acts
 * on it compares it with an endpoint first (RFC 5927).
 *
 * @param type type of the message, one of the error types of {@link IcmpHeader}
 * @param code code within the type
 * @param mtu next-hop MTU when the code is "fragmentation needed", 0 from old routers
 * @param flow the packet's flow, our end as {@code src}
 * @param seq sequence number that a TCP segment had; 0 when the message does not quote that far, of no meaning for UDP
 * @param length bytes of the packet by its own account
 */
public record IcmpNotice(int type, int code, int mtu, FlowKey flow, int seq, int length) {

    /** True when a router wanted to fragment the packet and was not allowed to. */
    public boolean tooBig() {
        return type == IcmpHeader.UNREACHABLE && code == IcmpHeader.FRAGMENTATION_NEEDED;
    }

    /**
     * What it means to the endpoint: ECONNREFUSED from the peer itself, or when somebody on the way forbids it; EMSGSIZE; EHOSTUNREACH, which
     * may pass; OK when nothing is to be done (source quench: RFC 6633; redirect: this system has no other router to turn to).
     * Source: RFC 1122 sections 3.2.2.1 and 4.2.3.9, {@code inetctlerrmap}.
     */
    public NetError error() {
        return switch (type) {
            case IcmpHeader.UNREACHABLE -> ofUnreachable();
            case IcmpHeader.TIME_EXCEEDED -> code == 0 ? NetError.EHOSTUNREACH : NetError.OK;
            default -> NetError.OK;
        };
    }

    /** True when it refuses a connection that is being opened: so says {@code tcp_ctlinput}, also of a time to live that was too short. */
    public boolean hard() {
        return error() == NetError.ECONNREFUSED || type == IcmpHeader.TIME_EXCEEDED;
    }

    private NetError ofUnreachable() {
        return switch (code) {
            case IcmpHeader.PROTOCOL_UNREACHABLE, IcmpHeader.PORT_UNREACHABLE, 9, 10, 13 -> NetError.ECONNREFUSED;
            case IcmpHeader.FRAGMENTATION_NEEDED -> NetError.EMSGSIZE;
            default -> NetError.EHOSTUNREACH;
        };
    }
}
