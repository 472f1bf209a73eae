package odonata.node.member;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import odonata.actors.net.Netstack;
import odonata.actors.socket.UdpLine;
import odonata.actors.tcp.TcpLine;
import odonata.node.http.ConnectionFilter;
import odonata.node.http.ConnectionsQuery;
import odonata.node.http.ConnectionsView;
import odonata.node.http.FindQuery;
import odonata.node.http.FoundView;
import odonata.node.snapshot.ConnectionView;
import odonata.protocol.tcp.machine.TcpInfo;

/** TCP connections and UDP sockets as the JSON interface shows them. */
final class Connections {
    private static final double US_PER_MS = 1_000;

    private Connections() {}

    /** What one CPU answers; {@code connections} counts all. */
    private record Part(int connections, List<TcpLine> tcp, List<UdpLine> udp) {}

    /** Those of a member's CPUs that are asked for. Any thread. */
    static CompletableFuture<ConnectionsView> of(
            final int member, final Map<Integer, Netstack> stacks, final ConnectionsQuery query) {
        return EachStack.ask(stacks, stack -> of(stack, query)).thenApply(answers -> {
            final List<ConnectionView> all = new ArrayList<>();
            answers.forEach((cpu, part) -> {
                part.tcp.forEach(line -> all.add(viewOf(cpu, line)));
                part.udp.stream().limit(query.limit()).forEach(line -> all.add(viewOf(cpu, line)));
            });
            return new ConnectionsView(
                    member,
                    answers.values().stream()
                            .mapToLong(part -> part.connections)
                            .sum(),
                    all);
        });
    }

    /** Those of a member's CPUs that somebody looks for. Any thread. */
    static CompletableFuture<FoundView> find(final Map<Integer, Netstack> stacks, final FindQuery query) {
        final ConnectionFilter filter = query.filter();
        return EachStack.ask(stacks, stack -> stack.tcpFind(filter, query.limit()))
                .thenApply(answers -> {
                    final List<FoundView> parts = new ArrayList<>();
                    answers.forEach((cpu, part) -> parts.add(
                            filter.cpu(cpu)
                                    ? new FoundView(
                                            part.all(),
                                            part.found(),
                                            List.of(),
                                            part.lines().stream()
                                                    .map(line -> viewOf(cpu, line))
                                                    .toList())
                                    : new FoundView(part.all(), 0, List.of(), List.of())));
                    return FoundView.merge(parts, query.limit());
                });
    }

    private static CompletableFuture<Part> of(final Netstack stack, final ConnectionsQuery query) {
        return stack.tcpFigures(0)
                .thenCombine(
                        stack.tcpLines(query::tcp, query.limit()),
                        (figures, tcp) -> new Part(figures.connections(), tcp, List.of()))
                .thenCombine(
                        query.udp() ? stack.udpLines() : CompletableFuture.completedFuture(List.<UdpLine>of()),
                        (part, udp) -> new Part(part.connections, part.tcp, udp));
    }

    static ConnectionView viewOf(final int cpu, final TcpLine line) {
        final TcpInfo info = line.info();
        return new ConnectionView(
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

    private static ConnectionView viewOf(final int cpu, final UdpLine line) {
        return new ConnectionView(
                "udp", cpu, line.local().toString(), line.remote().toString(), "", line.recvQ(), 0, 0, 0, 0, 0, 0);
    }
}
