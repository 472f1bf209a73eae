package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.LinkNic;
import odonata.actors.nic.LinkNic.Quality;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.actors.testing.Seeds;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.Ipv4Prefix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The model as judge: two hosts of several CPUs, some connections between them, and a cable that loses, reorders, doubles and changes packets.
 * Streams arrive as they were sent, every connection ends, and nothing is left.
 */
class TwoHostsTest {
    /** Seeds of each scenario; some three minutes of one core. */
    private static final int RUNS = Integer.getInteger("runs", 10_000);

    private static final int FORGERIES = 1_000;
    private static final int PORT = 5_001;
    private static final int MOST_STEPS = 20_000_000;

    private Conductor conductor;
    private TcpHost left;
    private TcpHost right;
    private TcpInvariants invariants;
    private long moved;

    private void build(final int cpus, final Quality quality, final Seed seed) {
        conductor = Conductor.create(CostModel.defaults());
        final LinkNic.Pair cable =
                LinkNic.cable(5, Ipv4Prefix.ALL, Ipv4Prefix.ALL, quality, conductor::at, seed.split(9));
        left = new TcpHost(conductor, 1, 0, cpus, "10.0.1.1", List.of(cable.near()));
        right = new TcpHost(conductor, 2, cpus, cpus, "10.0.2.1", List.of(cable.far()));
        invariants = new TcpInvariants(left, right);
    }

    private void exchange(final long number) {
        exchange(Seed.of(number), () -> {});
    }

    private void exchangeWhileBucketsMove(final long number) {
        exchange(Seed.of(number), () -> moves(Seed.of(number).split(300)));
    }

    private void exchangeWhileSomebodyForges(final long number) {
        exchange(Seed.of(number), () -> forgeries(Seed.of(number).split(400)));
    }

    private void exchange(final Seed seed, final Runnable meanwhile) {
        final int cpus = 1 << Math.min(seed.nextInt(4), seed.nextInt(4));
        build(cpus, quality(seed), seed);
        meanwhile.run();
        final Caller server = right.caller(seed.nextInt(cpus));
        final int listening = server.socket();
        server.ok(new SockCall.Bind(listening, SockAddr.any(PORT)));
        sizes(server, listening, seed);
        server.ok(new SockCall.Listen(listening, 20));
        final List<Streams> ends = new ArrayList<>();
        final int connections = 1 + seed.nextInt(5);
        for (int i = 0; i < connections; i++) {
            final Caller client = left.caller(seed.nextInt(cpus));
            final int out = client.socket();
            sizes(client, out, seed);
            client.ok(new SockCall.Connect(out, SockAddr.of("10.0.2.1", PORT)));
            final Streams sends = new Streams(client, out, bytes(seed), seed.split(100 + i));
            ends.add(sends);
            client.run(sends::start);
            final int in = server.accept(listening);
            final Streams answers = new Streams(server, in, bytes(seed), seed.split(200 + i));
            ends.add(answers);
            server.run(answers::start);
        }
        conductor.runUntilQuiet(MOST_STEPS);
        for (int i = 0; i < ends.size(); i++) {
            assertThat(ends.get(i).failure).isEqualTo(NetError.OK);
            assertThat(ends.get(i).closed).as("end %d closed", i).isTrue();
            assertThat(ends.get(i).matches(ends.get(i ^ 1)))
                    .as("stream to end %d", i)
                    .isTrue();
        }
        server.close(listening);
        conductor.runUntilQuiet(MOST_STEPS);
        invariants.expectNothingLeft();
        close();
    }

    /** A fifth of the cables is perfect, a third of the others does all that can be done to a packet. */
    private static Quality quality(final Seed seed) {
        final boolean clean = seed.chance(0.2);
        final boolean worst = !clean && seed.chance(0.3);
        return new Quality(
                1_000_000L + seed.nextInt(100_000_000),
                10_000L + seed.nextInt(50_000_000),
                400_000_000,
                clean ? 0 : 0.08 * seed.nextInt(2),
                clean ? 0 : 0.1,
                seed.nextInt(80_000_000),
                worst ? 0.2 * seed.nextDouble() : 0,
                worst ? 0.05 * seed.nextDouble() : 0);
    }

    /** Rarely 120,000, mostly few. */
    private static int bytes(final Seed seed) {
        return seed.nextInt(1 + seed.nextInt(1 + seed.nextInt(120_000)));
    }

    /** Some sockets have buffers, and so windows, of a few bytes. */
    private static void sizes(final Caller caller, final int fd, final Seed seed) {
        for (final SockOpt buffer : List.of(SockOpt.SO_RCVBUF, SockOpt.SO_SNDBUF)) {
            if (seed.chance(0.2)) {
                caller.ok(new SockCall.Setsockopt(fd, buffer, 50 + seed.nextInt(4_000)));
            }
        }
    }

    /** Forty moves in the first seconds, a tenth of the buckets of both hosts each. */
    private void moves(final Seed seed) {
        invariants.bucketsMove();
        for (int i = 0; i < 40; i++) {
            conductor.at(1_000_000 + seed.nextInt(2_000_000_000), () -> {
                left.moveSome(seed, 0.1);
                right.moveSome(seed, 0.1);
            });
        }
    }

    /** Packets of somebody who knows addresses and ports, but not sequence numbers, in the first seconds. */
    private void forgeries(final Seed seed) {
        final Forger forger = new Forger(seed);
        for (int i = 0; i < FORGERIES; i++) {
            conductor.at(1_000_000 + seed.nextInt(2_000_000_000), () -> forger.attack(seed.chance(0.5) ? left : right));
        }
    }

    private void close() {
        moved += left.sum(NetCounter.TCP_ADOPTED) + right.sum(NetCounter.TCP_ADOPTED);
        left.machine.close();
        right.machine.close();
    }

    @Test
    @Tag("slow")
    void I42_I43_streamsAreExactAndNothingIsLeftWhateverTheCableDoes() {
        Seeds.of(TwoHostsTest.class).each(RUNS, this::exchange);
    }

    /** Connections move between the CPUs of a host while they are made, used and closed: nobody notices. */
    @Test
    @Tag("slow")
    void I41_I42_streamsAreExactWhileBucketsMove() {
        Seeds.of(TwoHostsTest.class).each(RUNS, this::exchangeWhileBucketsMove);
        if (Seeds.areAll()) {
            assertThat(moved).as("connections that moved").isGreaterThan(100);
        }
    }

    /** RFC 5961, 5927: nobody else can reset, inject, or take a connection's packets away. */
    @Test
    @Tag("slow")
    void streamsAreExactWhileSomebodyForgesPacketsOfTheirConnections() {
        Seeds.of(TwoHostsTest.class).each(RUNS / 50, this::exchangeWhileSomebodyForges);
    }

    /** No lock is held, and yet: all at once yields the same connections as one after the other. */
    @Test
    void I45_concurrentCallsYieldTheConnectionsOfASequentialRun() {
        final List<Set<FlowKey>> sets = new ArrayList<>();
        for (final boolean atOnce : new boolean[] {false, true}) {
            build(4, Quality.perfect(1_000_000_000L, 100_000), Seed.of(1));
            final Caller server = right.caller(1);
            final int listening = server.listen(PORT, 128);
            final List<Caller> clients = new ArrayList<>();
            final List<TcpHost.Result<?>> results = new ArrayList<>();
            final List<TcpHost.Result<SockCall.Accepted>> accepted = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                final Caller client = i < 4 ? left.caller(i) : clients.get(i % 4);
                clients.add(client);
                final int fd = client.socket();
                results.add(client.begin(new SockCall.Connect(fd, SockAddr.of("10.0.2.1", PORT))));
                accepted.add(server.begin(new SockCall.Accept(listening)));
                results.add(accepted.get(i));
                if (!atOnce) {
                    results.forEach(left::await);
                }
            }
            results.forEach(left::await);
            assertThat(results).allMatch(result -> result.error == NetError.OK);
            assertThat(accepted).extracting(result -> result.value.peer()).doesNotHaveDuplicates();
            for (int i = 0; i < 60; i += 3) {
                clients.get(i).ok(new SockCall.Setsockopt(i / 4, SockOpt.SO_LINGER, 0));
                final TcpHost.Result<Void> close = clients.get(i).begin(new SockCall.Close(i / 4));
                if (!atOnce) {
                    left.await(close);
                }
            }
            conductor.runUntil(conductor.nowNs() + 100_000_000);
            final Set<FlowKey> flows = new HashSet<>();
            left.connections().forEach(so -> flows.add(so.flow()));
            right.connections().forEach(so -> flows.add(so.flow()));
            sets.add(flows);
            close();
        }
        assertThat(sets.get(0)).hasSize(80);
        assertThat(sets.get(1)).isEqualTo(sets.get(0));
    }

    /** Many begin at once: every connection is on the CPU of its tuple, at both ends, and each has its own port. */
    @Test
    void I42_manyConnectAtOnce() {
        build(4, Quality.perfect(1_000_000_000L, 100_000), Seed.of(1));
        final Caller server = right.caller(1);
        server.listen(PORT, 128);
        final List<TcpHost.Result<Void>> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            final Caller client = left.caller(i % 4);
            final int fd = client.socket();
            results.add(client.begin(new SockCall.Connect(fd, SockAddr.of("10.0.2.1", PORT))));
        }
        results.forEach(left::await);
        assertThat(results).allMatch(result -> result.done && result.error == NetError.OK);
        conductor.runUntil(conductor.nowNs() + 10_000_000);
        assertThat(left.connections()).hasSize(100);
        assertThat(right.connections()).hasSize(100);
        for (int i = 0; i < 4; i++) {
            assertThat(left.tcp(i).connections()).as("CPU %d", i).hasSizeGreaterThan(5);
            assertThat(right.tcp(i).connections()).hasSizeGreaterThan(5);
        }
        close();
    }
}
