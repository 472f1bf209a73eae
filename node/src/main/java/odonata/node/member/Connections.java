package odonata.node.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import odonata.actors.tcp.TcpLine;
import odonata.node.http.ConnectionsView;
import odonata.protocol.tcp.machine.TcpInfo;

/** TCP connections as the JSON interface shows them. */
final class Connections {
    private static final double US_PER_MS = 1_000;

    private Connections() {}

    static ConnectionsView viewOf(final int member, final Map<Integer, List<TcpLine>> lines) {
        final List<ConnectionsView.Connection> all = new ArrayList<>();
        lines.forEach((cpu, own) -> own.forEach(line -> all.add(viewOf(cpu, line))));
        return new ConnectionsView(member, all);
    }

    private static ConnectionsView.Connection viewOf(final int cpu, final TcpLine line) {
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
