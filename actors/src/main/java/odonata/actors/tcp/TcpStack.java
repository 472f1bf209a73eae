package odonata.actors.tcp;

import java.util.List;
import java.util.Optional;
import odonata.protocol.tcp.machine.TcpCounters;
import odonata.protocol.tcp.machine.TcpSettings;

/** TCP of one CPU as its neighbours see it: what it is set to, and what it has. On the carrier of the CPU. */
public final class TcpStack {
    private final TcpSettings settings;
    private final TcpSecret secret;
    private Optional<TcpCpu> cpu = Optional.empty();

    /** The settings are read while TCP runs, and may be changed by the carrier. */
    public TcpStack(final TcpSettings settings, final TcpSecret secret) {
        this.settings = settings;
        this.secret = secret;
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

    /** Connections in the table, TIME-WAIT and half-open ones included. */
    public List<TcpSocket> connections() {
        return cpu.map(tcp -> List.copyOf(tcp.conns.all())).orElse(List.of());
    }

    /** Own ports that connections have here whose handshake is not over. */
    public int embryos() {
        return (int) connections().stream().filter(so -> so.parent != null).count();
    }

    /** Listening sockets in this CPU's replica. */
    List<TcpListener> replica() {
        return cpu.map(tcp -> tcp.listens.all()).orElse(List.of());
    }

    /** Uses of local ports that this CPU keeps. */
    public int portsInUse() {
        return cpu.map(tcp -> tcp.ports.size()).orElse(0);
    }

    /** What the machine counted; empty before the thread runs. */
    public Optional<TcpCounters> counters() {
        return cpu.map(tcp -> tcp.machine.counters());
    }
}
