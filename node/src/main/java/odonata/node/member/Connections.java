package odonata.node.member;

import odonata.actors.tcp.TcpLine;
import odonata.node.http.ConnectionsView;
import odonata.protocol.tcp.machine.TcpInfo;

/** TCP connections as the JSON interface shows them. */
final class Connections {
    private static final double US_PER_MS = 1_000;

    private Connections() {}

    static ConnectionsView.Connection viewOf(final int cpu, final TcpLine line) {
        final TcpInfo info = line.info();
        return new ConnectionsView.Connection(
                "tcp",
                cpu,
                line.local().toString(),
                line.remote().toString(),
                info.state().name(),
                line.recvQ(),
                line.sendQ(),
                info.cwnd(),
                info.ssthresh(),
                info.rtoUs() / US_PER_MS,
                info.srttUs() / US_PER_MS,
                info.retransmits());
    }
}
