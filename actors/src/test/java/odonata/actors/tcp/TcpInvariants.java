package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.cpu.Cpu;
import odonata.actors.socket.SockOpt;
import odonata.protocol.tcp.machine.TcpState;

/**
 * What must hold after every step of a host, buckets at rest: I42, I43, I54 and that no two CPUs know one connection. Looks at the CPU that
 * ran, and at all of them every so often.
 */
final class TcpInvariants {
    private static final int ALL_EVERY = 64;

    private final List<TcpHost> hosts;
    private boolean bucketsMove;
    private long steps;

    /** Checks of these hosts, which have one conductor. */
    TcpInvariants(final TcpHost... hosts) {
        this.hosts = List.of(hosts);
        hosts[0].conductor().afterEachStep(this::check);
    }

    /** From now on a connection may be where its bucket was. */
    void bucketsMove() {
        bucketsMove = true;
    }

    long steps() {
        return steps;
    }

    private void check(final Cpu ran) {
        steps++;
        for (final TcpHost host : hosts) {
            if (host.machine.hosts(ran.id())) {
                checkCpu(host, host.machine.cpus().indexOf(ran));
                if (steps % ALL_EVERY == 0) {
                    checkAll(host);
                }
            }
        }
    }

    private void checkCpu(final TcpHost host, final int index) {
        final Cpu cpu = host.machine.cpus().get(index);
        final Map<TcpState, Integer> states = new EnumMap<>(TcpState.class);
        for (final TcpSocket so : host.tcp(index).connections()) {
            states.merge(so.tcb.state(), 1, Integer::sum);
            expect(so.soPort().cpu() == cpu.id(), "I42: in the table of another CPU", so);
            expect(!so.gone && so.tcb.state() != TcpState.CLOSED, "a closed connection in a table", so);
            expect(bucketsMove || host.ownerOf(so.flow()) == cpu.id(), "I42: not where its tuple hashes to", so);
            expect(
                    so.waiters().isEmpty() || !so.detached || so.options.get(SockOpt.SO_LINGER) > 0,
                    "closed and waited for",
                    so);
        }
        expect(states.equals(host.tcp(index).states()), "counted by state", states);
    }

    private void checkAll(final TcpHost host) {
        final Map<Object, Integer> seen = new HashMap<>();
        final List<TcpListener> all = new ArrayList<>();
        for (int i = 0; i < host.cpus(); i++) {
            for (final TcpSocket so : host.tcp(i).connections()) {
                final Integer before = seen.put(so.flow(), i);
                expect(before == null, "I42: on two CPUs", so);
            }
            host.tcp(i).replica().stream()
                    .filter(listener -> !all.contains(listener))
                    .forEach(all::add);
        }
        all.forEach(listener -> checkChain(host, listener));
    }

    /** I43: known to the first CPUs (it is being told) or to the last (being forgotten), or to all. */
    private static void checkChain(final TcpHost host, final TcpListener listener) {
        int changes = 0;
        for (int i = 1; i < host.cpus(); i++) {
            final boolean before = host.tcp(i - 1).replica().contains(listener);
            changes += before == host.tcp(i).replica().contains(listener) ? 0 : 1;
        }
        expect(changes <= 1, "I43: a gap in the chain", listener);
        expect(
                changes == 0 || host.tcp(0).replica().contains(listener) != listener.closed,
                "I43: the chain does not ascend",
                listener);
    }

    /** Everything is over: no connection, port, call, packet or waiting connection is left on any host. */
    void expectNothingLeft() {
        for (final TcpHost host : hosts) {
            expect(host.connections().isEmpty(), "connections left", host.connections());
            expect(host.portsInUse() == 0, "uses of ports left", host.portsInUse());
            expect(host.halfOpen() == 0, "handshakes left", host.halfOpen());
            expect(host.pendingCalls() == 0, "calls left", host.pendingCalls());
            for (int i = 0; i < host.cpus(); i++) {
                expect(
                        host.tcp(i).replica().isEmpty(),
                        "listeners left",
                        host.tcp(i).replica());
            }
        }
        expect(
                hosts.get(0).conductor().nextNs() == Long.MAX_VALUE,
                "a timer is left",
                hosts.get(0).conductor());
    }

    private static void expect(final boolean holds, final String what, final Object about) {
        if (!holds) {
            throw new AssertionError(what + ": " + about);
        }
    }
}
