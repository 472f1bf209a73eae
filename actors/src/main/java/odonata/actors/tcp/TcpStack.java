package odonata.actors.tcp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.machine.TcpCounters;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.machine.TcpState;
import odonata.protocol.tcp.syn.Syncache;

/** TCP of one CPU as its neighbours see it: what it is set to, and what it has. On the carrier of the CPU. */
public final class TcpStack {
    private final TcpSettings settings;
    private final TcpSecret secret;
    private final Syncache.Limits limits;
    private volatile Optional<TcpCpu> cpu = Optional.empty();

    /** The settings are read while TCP runs, and may be changed by the carrier. */
    public TcpStack(final TcpSettings settings, final TcpSecret secret) {
        this(settings, secret, Syncache.Limits.BSD);
    }

    /** With other limits of the syncache. */
    public TcpStack(final TcpSettings settings, final TcpSecret secret, final Syncache.Limits limits) {
        this.settings = settings;
        this.secret = secret;
        this.limits = limits;
    }

    Syncache.Limits limits() {
        return limits;
    }

    /** The knobs of this CPU; each CPU has its own. */
    public TcpSettings settings() {
        return settings;
    }

    TcpSecret secret() {
        return secret;
    }

    void bind(final TcpCpu newCpu) {
        cpu = Optional.of(newCpu);
    }

    /** Connections in the table, TIME-WAIT included. */
    public List<TcpSocket> connections() {
        return cpu.map(tcp -> tcp.conns.all((flow, state) -> true).toList()).orElse(List.of());
    }

    /** Handshakes begun by peers. */
    public int halfOpen() {
        return cpu.map(tcp -> tcp.syns.size()).orElse(0);
    }

    /** What this CPU owns, of those states: its listeners, then its connections, in no order; no more than {@code most}. */
    public List<TcpLine> lines(final Predicate<TcpState> which, final int most) {
        final Stream<TcpLine> listening = which.test(TcpState.LISTEN) ? listeners() : Stream.of();
        final Stream<TcpLine> connected = cpu.stream()
                .flatMap(tcp -> tcp.conns.all((flow, state) -> which.test(state)))
                .map(TcpLine::of);
        return Stream.concat(listening, connected).limit(most).toList();
    }

    private Stream<TcpLine> listeners() {
        return cpu.stream()
                .flatMap(tcp ->
                        tcp.listens.all().stream().filter(listener -> listener.isHere() && tcp.owns(listener.so())))
                .map(TcpLine::of);
    }

    /**
     * Begins a search of its connections that {@code which} accepts, by flow, own end first, and state: how many they are, and {@code most} of them. Empty
     * before the thread runs.
     */
    public Optional<TcpSearch> search(final BiPredicate<FlowKey, TcpState> which, final int most) {
        return cpu.map(tcp -> new TcpSearch(tcp.conns, tcp.td.cpu(), which, most));
    }

    /** A summary, with at most {@code lines} of its connections. */
    public TcpFigures figures(final int lines) {
        return cpu.map(tcp -> TcpFigures.of(tcp, limits.total(), listeners().toList(), lines))
                .orElse(TcpFigures.NONE);
    }

    /** How many connections are in each state. */
    Map<TcpState, Integer> states() {
        return cpu.map(tcp -> tcp.conns.states()).orElse(Map.of());
    }

    /** Listening sockets in this CPU's replica. */
    List<TcpListener> replica() {
        return cpu.map(tcp -> tcp.listens.all()).orElse(List.of());
    }

    /** Sockets of this CPU that are known at other members, or their users are. */
    int named() {
        return cpu.map(tcp -> tcp.conns.named().size()).orElse(0);
    }

    /** Operations that wait here for a bucket. */
    int held() {
        return cpu.map(tcp -> tcp.held.size()).orElse(0);
    }

    /** Uses of local ports that this CPU keeps. */
    public int portsInUse() {
        return cpu.map(tcp -> tcp.ports.size()).orElse(0);
    }

    /** What the machine counted; empty before the thread runs. Any thread. */
    public Optional<TcpCounters> counters() {
        return cpu.map(tcp -> tcp.machine.counters());
    }
}
