package odonata.node.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.NetCounter;
import odonata.actors.tcp.TcpFigures;
import odonata.actors.tcp.TcpLine;
import odonata.node.snapshot.ConnectionView;
import odonata.node.snapshot.ListenerView;
import odonata.node.snapshot.TcpCpuView;
import odonata.node.snapshot.TcpView;
import odonata.protocol.clock.Clock;
import odonata.protocol.tcp.machine.TcpCounter;

/**
 * TCP of this member's CPUs. Counters are read; what only the CPU knows it is asked, and its answer is used in the next window, so nobody waits.
 *
 * <p>Thread: the sampler's.
 */
final class TcpSampler {
    private final int member;
    private final Map<Integer, Netstack> stacks;
    private final Deltas deltas;
    private final Map<Integer, CompletableFuture<TcpFigures>> asked = new HashMap<>();
    private final Map<Integer, TcpFigures> known = new HashMap<>();

    TcpSampler(final int member, final Map<Integer, Netstack> stacks, final Clock clock) {
        this.member = member;
        this.stacks = stacks;
        this.deltas = new Deltas(clock);
    }

    /** One window: from the last call until now. */
    TcpView sample() {
        final List<TcpCpuView> cpus = new ArrayList<>();
        final List<ListenerView> listeners = new ArrayList<>();
        final List<ConnectionView> connections = new ArrayList<>();
        stacks.forEach((cpu, stack) -> {
            ask(cpu, stack);
            final TcpFigures figures = known.get(cpu);
            if (figures != null) {
                cpus.add(cpu(cpu, stack, figures));
                figures.listeners().forEach(line -> listeners.add(listener(line)));
                figures.lines().forEach(line -> connections.add(Connections.viewOf(cpu, line)));
            }
        });
        return TcpView.of(cpus, listeners, connections);
    }

    private void ask(final int cpu, final Netstack stack) {
        final CompletableFuture<TcpFigures> answer = asked.get(cpu);
        if (answer != null && answer.isDone() && !answer.isCompletedExceptionally()) {
            known.put(cpu, answer.join());
        }
        if (answer == null || answer.isDone()) {
            asked.put(cpu, stack.tcpFigures(TcpView.MAX_CONNECTIONS));
        }
    }

    private static ListenerView listener(final TcpLine line) {
        return new ListenerView(line.local().toString(), 1, line.recvQ(), line.recvQ(), line.sendQ());
    }

    private TcpCpuView cpu(final int cpu, final Netstack stack, final TcpFigures figures) {
        final Map<String, Integer> states = new TreeMap<>();
        figures.states().forEach((state, count) -> states.put(state.name(), count));
        final double byCookie = rate(cpu, stack, NetCounter.TCP_SC_RECVCOOKIE);
        return new TcpCpuView(
                cpu,
                member,
                figures.connections(),
                states,
                figures.halfOpen(),
                figures.syncacheLimit(),
                rate(cpu, stack, NetCounter.TCP),
                rate(cpu, stack, TcpCounter.SNDTOTAL),
                rate(cpu, stack, TcpCounter.RCVBYTE),
                rate(cpu, stack, TcpCounter.SNDBYTE),
                rate(cpu, stack, TcpCounter.SNDREXMITPACK),
                rate(cpu, stack, TcpCounter.RCVOOPACK),
                rate(cpu, stack, TcpCounter.RCVDUPACK),
                Deltas.rounded(rate(cpu, stack, NetCounter.TCP_SC_COMPLETED) + byCookie),
                rate(cpu, stack, NetCounter.TCP_SC_SENDCOOKIE),
                byCookie,
                Deltas.rounded(
                        rate(cpu, stack, NetCounter.TCP_SC_OVERFLOW) + rate(cpu, stack, NetCounter.TCP_SC_STALE)),
                rate(cpu, stack, NetCounter.TCP_LISTENDROP),
                rate(cpu, stack, TcpCounter.RCVRST),
                rate(cpu, stack, TcpCounter.SNDRST),
                rate(cpu, stack, TcpCounter.DROPS),
                rate(cpu, stack, NetCounter.DROP_TCP_BADSUM),
                stack.counters().get(NetCounter.TCP_SC_COMPLETED)
                        + stack.counters().get(NetCounter.TCP_SC_RECVCOOKIE));
    }

    private double rate(final int cpu, final Netstack stack, final NetCounter counter) {
        return deltas.rate(cpu + counter.sysctl(), stack.counters().get(counter));
    }

    private double rate(final int cpu, final Netstack stack, final TcpCounter counter) {
        return deltas.rate(
                cpu + counter.fullName(),
                stack.tcp().counters().map(all -> all.get(counter)).orElse(0L));
    }
}
