package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.protocol.tcp.syn.Syncache;
import odonata.protocol.wire.Mbuf;

/** One host that talks to itself over the loopback, with the invariants checked after every step; closing it checks nothing is left. */
final class OneHost implements AutoCloseable {
    static final String ME = "10.0.0.1";

    final Conductor conductor = Conductor.create(CostModel.defaults());
    final TcpHost host;
    final TcpInvariants invariants;
    final Caller server;
    final Caller client;
    private final List<Caller> everywhere = new ArrayList<>();

    OneHost(final int cpus) {
        this(cpus, Syncache.Limits.BSD);
    }

    OneHost(final int cpus, final Syncache.Limits limits) {
        host = new TcpHost(conductor, 1, 0, cpus, ME, List.of(), limits);
        invariants = new TcpInvariants(host);
        server = host.caller(0);
        client = host.caller(cpus - 1);
    }

    /** A connection: {@code client}'s descriptor, {@code server}'s. */
    int[] pair(final int port) {
        final int listening = server.listen(port, 5);
        final int out = client.connect(ME, port);
        final int in = server.accept(listening);
        server.close(listening);
        return new int[] {out, in};
    }

    /** A caller on each CPU in turn: the ports of one CPU's slice hash, to one peer, to one CPU. */
    Caller anywhere(final int i) {
        while (everywhere.size() < host.cpus()) {
            everywhere.add(host.caller(everywhere.size()));
        }
        return everywhere.get(i % everywhere.size());
    }

    /** A packet from nowhere. */
    void inject(final Mbuf packet) {
        host.wire.far().transmit(packet, conductor.nowNs());
    }

    void quiet() {
        conductor.runUntilQuiet(5_000_000);
    }

    /** Virtual time passes. */
    void pass(final long ms) {
        conductor.runUntil(conductor.nowNs() + ms * 1_000_000);
    }

    @Override
    public void close() {
        host.machine.close();
    }

    /** Closes all descriptors, and expects that nothing is left when the last timer has run. */
    void end() {
        for (final Caller caller : host.callers) {
            caller.run(() -> host.stacks.get(caller.index).sockets().closeAll(caller.files));
        }
        quiet();
        invariants.expectNothingLeft();
    }
}
