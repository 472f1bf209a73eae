package odonata.node.snapshot;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * TCP of the whole cluster or of one member.
 *
 * @param cpus a line for each CPU
 * @param listeners by address, those with the longest queues first; bounded
 * @param connections those in most trouble or with most in their queues first; bounded, {@code sums} says how many there are
 * @param sums of all CPUs, by name; {@code state.} and a name for connections by state
 */
public record TcpView(
        List<TcpCpuView> cpus,
        List<ListenerView> listeners,
        List<ConnectionView> connections,
        Map<String, Double> sums) {
    /** Connections that a member, and a picture, lists. */
    public static final int MAX_CONNECTIONS = 100;

    /** Addresses that a picture lists. */
    public static final int MAX_LISTENERS = 50;

    /** Before anything was measured. */
    public static final TcpView NONE = new TcpView(List.of(), List.of(), List.of(), Map.of());

    private static final Map<String, ToDoubleFunction<TcpCpuView>> SUMS = figures();

    private static Map<String, ToDoubleFunction<TcpCpuView>> figures() {
        final Map<String, ToDoubleFunction<TcpCpuView>> all = new LinkedHashMap<>();
        all.put("connections", TcpCpuView::connections);
        all.put("halfOpen", TcpCpuView::halfOpen);
        all.put("syncacheLimit", TcpCpuView::syncacheLimit);
        all.put("segmentsInPerS", TcpCpuView::segmentsInPerS);
        all.put("segmentsOutPerS", TcpCpuView::segmentsOutPerS);
        all.put("bytesInPerS", TcpCpuView::bytesInPerS);
        all.put("bytesOutPerS", TcpCpuView::bytesOutPerS);
        all.put("retransmitsPerS", TcpCpuView::retransmitsPerS);
        all.put("outOfOrderPerS", TcpCpuView::outOfOrderPerS);
        all.put("duplicateAcksPerS", TcpCpuView::duplicateAcksPerS);
        all.put("acceptedPerS", TcpCpuView::acceptedPerS);
        all.put("cookiesSentPerS", TcpCpuView::cookiesSentPerS);
        all.put("cookiesAcceptedPerS", TcpCpuView::cookiesAcceptedPerS);
        all.put("evictedPerS", TcpCpuView::evictedPerS);
        all.put("refusedPerS", TcpCpuView::refusedPerS);
        all.put("resetsInPerS", TcpCpuView::resetsInPerS);
        all.put("resetsOutPerS", TcpCpuView::resetsOutPerS);
        all.put("droppedPerS", TcpCpuView::droppedPerS);
        all.put("badPerS", TcpCpuView::badPerS);
        return all;
    }

    /** Of lines in any order. */
    public static TcpView of(
            final List<TcpCpuView> cpus, final List<ListenerView> listeners, final List<ConnectionView> connections) {
        final Map<String, ListenerView> byAddress = new TreeMap<>();
        listeners.forEach(listener -> byAddress.merge(listener.local(), listener, ListenerView::plus));
        return new TcpView(
                cpus,
                byAddress.values().stream()
                        .sorted(Comparator.comparingInt(ListenerView::waiting).reversed())
                        .limit(MAX_LISTENERS)
                        .toList(),
                connections.stream()
                        .sorted(ConnectionView.WORST_FIRST)
                        .limit(MAX_CONNECTIONS)
                        .toList(),
                sumsOf(cpus, byAddress));
    }

    private static Map<String, Double> sumsOf(final List<TcpCpuView> cpus, final Map<String, ListenerView> listeners) {
        final Map<String, Double> all = new LinkedHashMap<>();
        SUMS.forEach((name, figure) ->
                all.put(name, Round.rate(cpus.stream().mapToDouble(figure).sum())));
        all.put("acceptQueue", (double)
                listeners.values().stream().mapToInt(ListenerView::waiting).sum());
        cpus.forEach(cpu -> new TreeMap<>(cpu.states())
                .forEach((state, count) -> all.merge("state." + state, (double) count, Double::sum)));
        return all;
    }

    /** Of several members. */
    static TcpView merge(final List<TcpView> members) {
        return of(
                members.stream().flatMap(m -> m.cpus.stream()).toList(),
                members.stream().flatMap(m -> m.listeners.stream()).toList(),
                members.stream().flatMap(m -> m.connections.stream()).toList());
    }

    /** A sum by name, 0 when there is none. */
    public double sum(final String name) {
        return sums.getOrDefault(name, 0.0);
    }

    /** Segments received and sent. */
    public double segmentsPerS() {
        return sum("segmentsInPerS") + sum("segmentsOutPerS");
    }
}
