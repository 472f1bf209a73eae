package odonata.actors.socket;

import odonata.actors.netisr.NetKnobs;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.Ipv4Header;

/** The options of a UDP socket. Owner: the CPU's carrier. */
final class UdpOptions {
    private final int maxSockbuf;
    private int timeToLive = Ipv4Header.DEFAULT_TTL;
    private int typeOfService;
    private boolean broadcast;
    private boolean reusePort;
    private int recvSpace;
    private int maxDatagram;

    /** As the knobs say. */
    UdpOptions(final NetKnobs knobs) {
        maxSockbuf = knobs.maxSockbuf;
        recvSpace = knobs.udpRecvSpace;
        maxDatagram = knobs.udpMaxDatagram;
    }

    int timeToLive() {
        return timeToLive;
    }

    int typeOfService() {
        return typeOfService;
    }

    boolean broadcast() {
        return broadcast;
    }

    int recvSpace() {
        return recvSpace;
    }

    int maxDatagram() {
        return maxDatagram;
    }

    /** The value of an option; -1: UDP has no such option. */
    int get(final SockOpt option) {
        return switch (option) {
            case SO_TYPE -> SockCall.SOCK_DGRAM;
            case SO_REUSEPORT -> reusePort ? 1 : 0;
            case SO_BROADCAST -> broadcast ? 1 : 0;
            case SO_RCVBUF -> recvSpace;
            case SO_SNDBUF -> maxDatagram;
            case IP_TTL -> timeToLive;
            case IP_TOS -> typeOfService;
            default -> -1;
        };
    }

    /** ENOPROTOOPT: UDP has no such option; EINVAL: no such value; ENOBUFS: a buffer too large. */
    NetError set(final SockOpt option, final int value) {
        switch (option) {
            case SO_REUSEPORT -> reusePort = value != 0;
            case SO_BROADCAST -> broadcast = value != 0;
            case SO_RCVBUF, SO_SNDBUF -> {
                return setBuffer(option, value);
            }
            case IP_TTL -> {
                return setOctet(value, 1, () -> timeToLive = value);
            }
            case IP_TOS -> {
                return setOctet(value, 0, () -> typeOfService = value);
            }
            default -> {
                return NetError.ENOPROTOOPT;
            }
        }
        return NetError.OK;
    }

    private NetError setBuffer(final SockOpt option, final int bytes) {
        if (bytes < 1) {
            return NetError.EINVAL;
        } else if (bytes > maxSockbuf) {
            return NetError.ENOBUFS;
        }
        if (option == SockOpt.SO_RCVBUF) {
            recvSpace = bytes;
        } else {
            maxDatagram = bytes;
        }
        return NetError.OK;
    }

    private static NetError setOctet(final int value, final int least, final Runnable set) {
        if (value < least || value > 0xff) {
            return NetError.EINVAL;
        }
        set.run();
        return NetError.OK;
    }
}
