package odonata.actors.uipc;

import java.util.HashMap;
import java.util.Map;
import odonata.actors.cpu.Cpu;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.socket.SockMsg;
import odonata.actors.socket.UdpSocket;
import odonata.protocol.errno.NetError;

/** Where the udp_thread of a CPU says that a socket has something: at once, in its own context, the calls that wait there go on. */
final class Wakeups {
    private final Port<SockMsg> port;
    private final Map<UdpSocket, UdpFile> files = new HashMap<>();

    Wakeups(final Cpu cpu) {
        port = cpu.register(0, SyncPort.putOnly(this::wakeup));
    }

    Port<SockMsg> port() {
        return port;
    }

    /** A file for the socket, which is told from now on until it is closed. */
    UdpFile open(final Requests requests, final UdpSocket so) {
        final UdpFile file = new UdpFile(requests, so, () -> files.remove(so));
        files.put(so, file);
        return file;
    }

    /** Files that are open. */
    int size() {
        return files.size();
    }

    private NetError wakeup(final Msg<SockMsg> msg) {
        if (msg.command() instanceof SockMsg.Wakeup wakeup && files.containsKey(wakeup.socket())) {
            files.get(wakeup.socket()).wakeup();
        }
        return NetError.EASYNC;
    }
}
