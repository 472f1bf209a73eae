package odonata.actors.socket;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;
import odonata.protocol.udp.UdpPcb;
import odonata.protocol.udp.UdpPcbTable;

/** The UDP sockets of one CPU, and the control blocks that it knows. Owner: the CPU's carrier. */
public final class UdpSockets {
    private final CpuNet net;
    private final UdpPcbTable table = new UdpPcbTable();
    private final Map<Long, UdpSocket> sockets = new HashMap<>();
    private int made;

    /** None yet. */
    public UdpSockets(final CpuNet net) {
        this.net = net;
    }

    /** The control blocks that this CPU knows. */
    public UdpPcbTable table() {
        return table;
    }

    /** The socket of this CPU with a number. */
    public Optional<UdpSocket> find(final long socket) {
        return Optional.ofNullable(sockets.get(socket));
    }

    /** The sockets of this CPU, in the order in which they were made. */
    public List<UdpLine> lines() {
        return sockets.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> UdpLine.of(each.getValue()))
                .toList();
    }

    /** Sockets of this CPU. */
    public int size() {
        return sockets.size();
    }

    UdpSocket attach(final Port<SockMsg> application) {
        final int cpu = net.cpu().id();
        final UdpSocket socket = new UdpSocket(
                UdpPcb.unbound(UdpPcb.socketOf(cpu, ++made)),
                new UdpSocket.Bounds(
                        net.settings().socketBuffer(), net.settings().socketBytes()),
                application,
                new Port<>(cpu, Port.UDP_THREAD),
                net);
        sockets.put(socket.pcb().socket(), socket);
        return socket;
    }

    void detach(final UdpSocket socket) {
        socket.close();
        sockets.remove(socket.pcb().socket());
    }

    /**
     * A service that every CPU has: its datagrams are served where they come, nothing is entered on other CPUs. EADDRINUSE when the port is
     * taken. It does not see what is sent to many.
     */
    public NetError serve(final int lport, final Port<SockMsg> application) {
        final UdpSocket socket = attach(application);
        final UdpPcb pcb = socket.pcb().bound(0, lport, false);
        final NetError error = table.check(pcb);
        if (error != NetError.OK) {
            detach(socket);
            return error;
        }
        socket.pcb(pcb);
        socket.refuseBroadcasts();
        table.put(pcb);
        return NetError.OK;
    }

    /** True for the block of a service of this CPU, which no other CPU is told of. */
    boolean isService(final UdpPcb pcb) {
        return find(pcb.socket()).filter(socket -> !socket.takesBroadcasts()).isPresent();
    }

    /** A message to the udp_thread of {@code cpu}. */
    static Port<NetMsg> udpThread(final int cpu) {
        return new Port<>(cpu, Port.UDP_THREAD);
    }
}
