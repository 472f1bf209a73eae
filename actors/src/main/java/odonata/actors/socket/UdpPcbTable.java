package odonata.actors.socket;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;

/** The wildcard UDP sockets of one CPU by port. Owner: the CPU's carrier. */
public final class UdpPcbTable {
    private final Map<Integer, UdpSocket> byPort = new HashMap<>();
    private final int cpu;
    private final int bufferCapacity;

    /** A table for {@code cpu} whose sockets hold up to {@code bufferCapacity} datagrams. */
    public UdpPcbTable(final int cpu, final int bufferCapacity) {
        this.cpu = cpu;
        this.bufferCapacity = bufferCapacity;
    }

    /** {@code bind}: EADDRINUSE when the port is taken. The application is told by messages to {@code application}. */
    public NetError bind(final int lport, final Port<SockMsg> application) {
        if (byPort.containsKey(lport)) {
            return NetError.EADDRINUSE;
        }
        final UdpSocket socket = new UdpSocket(UdpPcb.wildcard(lport), bufferCapacity, application, cpu);
        byPort.put(lport, socket);
        return NetError.OK;
    }

    /** {@code close}: what waits in the socket is lost. */
    public void close(final int lport) {
        byPort.remove(lport);
    }

    /** The socket that takes datagrams to {@code lport}. */
    public Optional<UdpSocket> find(final int lport) {
        return Optional.ofNullable(byPort.get(lport));
    }
}
