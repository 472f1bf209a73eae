package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.netisr.NetCounter;
import odonata.actors.nic.LinkNic.Quality;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.tcp.TcpMember.Caller;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.ssi.sim.SimSettings;
import odonata.testkit.SeedRuns;
import org.junit.jupiter.api.Test;

/**
 * Two or three members and a peer behind a cable that loses and reorders; buckets move from member to member while connections of both directions are made,
 * used and closed. Streams arrive as they were sent, and nothing is left.
 */
class TcpStreamsAcrossMembersTest {
    private static final int PORT = 5_001;
    private static final int OWN_PORT = 6_011;
    private static final int MOVES = 60;

    /** What a message may take to be held for a bucket, and found. */
    private static final long LATE_NS = 60_000_000;

    private long emigrated;
    private long lost;

    private void exchange(final long number) {
        final Seed seed = Seed.of(number);
        final int members = 2 + seed.nextInt(2);
        final int cpus = 1 + seed.nextInt(2);
        final boolean clean = seed.chance(0.2);
        final Quality quality = new Quality(
                5_000_000L + seed.nextInt(100_000_000),
                10_000L + seed.nextInt(30_000_000),
                400_000_000,
                clean ? 0 : 0.05 * seed.nextInt(2),
                clean ? 0 : 0.1,
                seed.nextInt(50_000_000),
                clean ? 0 : 0.02,
                clean ? 0 : 0.01);
        final SimSettings settings = seed.chance(0.3) ? SimSettings.calm() : SimSettings.rough();
        try (TcpCluster cluster = new TcpCluster(members, cpus, quality, settings, seed.split(7))) {
            for (int i = 0; i < MOVES; i++) {
                cluster.conductor.at(
                        cluster.conductor.nowNs() + 1_000_000 + seed.nextInt(2_000_000_000),
                        () -> cluster.moveSome(0.15));
            }
            run(cluster, seed, members, cpus);
            emigrated += cluster.sum(NetCounter.TCP_EMIGRATED);
            lost += cluster.sum(NetCounter.TCP_LOST) + cluster.sum(NetCounter.TCP_ORPHANED);
        }
    }

    private static void run(final TcpCluster cluster, final Seed seed, final int members, final int cpus) {
        final Caller inside = cluster.member(seed.nextInt(members)).caller(seed.nextInt(cpus));
        final Caller outside = cluster.peer.caller(seed.nextInt(2));
        final int listens = inside.listen(PORT, 20);
        final int peerListens = outside.listen(PORT, 20);
        final List<TcpStreams> ends = new ArrayList<>();
        final int connections = 1 + seed.nextInt(5);
        for (int i = 0; i < connections; i++) {
            final boolean active = seed.chance(0.4);
            final Caller opener = active
                    ? cluster.member(seed.nextInt(members)).caller(seed.nextInt(cpus))
                    : cluster.peer.caller(seed.nextInt(2));
            final int one = opener.socket();
            if (seed.split(300 + i).chance(0.5)) {
                opener.ok(new SockCall.Bind(one, SockAddr.any(OWN_PORT + i)));
            }
            opener.connect(one, active ? TcpCluster.PEER : TcpCluster.ADDRESS, PORT);
            final int two = active ? outside.accept(peerListens) : inside.accept(listens);
            ends.add(new TcpStreams(opener, one, seed.nextInt(150_000), seed.split(100 + i)));
            ends.add(new TcpStreams(active ? outside : inside, two, seed.nextInt(150_000), seed.split(200 + i)));
            ends.get(2 * i).start();
            ends.get(2 * i + 1).start();
        }
        cluster.quiet();
        for (int i = 0; i < ends.size(); i++) {
            assertThat(ends.get(i).failure).as("end %d", i).isEqualTo(NetError.OK);
            assertThat(ends.get(i).closed).as("end %d closed", i).isTrue();
            assertThat(ends.get(i).matches(ends.get(i ^ 1)))
                    .as("stream to end %d", i)
                    .isTrue();
        }
        inside.close(listens);
        outside.close(peerListens);
        cluster.expectNothingLeft();
    }

    /** The time of a poll is up while the message is anywhere: with its owner, held, or passed on behind its connection. */
    private void poll(final long number) {
        final Seed seed = Seed.of(number);
        final SimSettings settings = new SimSettings(300_000, 0, 0, 0, 5_000_000, 20_000_000, 30_000, 4_000_000, 64);
        try (TcpCluster cluster = new TcpCluster(3, 1, TcpCluster.CLEAN, settings, seed.split(7))) {
            final Caller inside = cluster.member(0).caller(0);
            final int listens = inside.listen(PORT, 20);
            cluster.peer.caller(0).connect(TcpCluster.ADDRESS, PORT);
            final int in = inside.accept(listens);
            for (int i = 0; i < 300; i++) {
                cluster.conductor.at(
                        cluster.conductor.nowNs() + 1_000_000 + seed.nextInt(1_000_000_000),
                        () -> cluster.moveSome(0.5));
            }
            for (int i = 0; i < 300; i++) {
                final long limitNs = 100_000L + seed.nextInt(6_000_000);
                final long begun = cluster.conductor.nowNs();
                assertThat(inside.ok(new SockCall.Poll(List.of(PollFd.of(in, PollFd.POLLIN)), limitNs))
                                .get(0)
                                .revents())
                        .isZero();
                assertThat(cluster.conductor.nowNs() - begun)
                        .as("poll %d of %d ns", i, limitNs)
                        .isLessThan(limitNs + LATE_NS);
            }
            emigrated += cluster.sum(NetCounter.TCP_EMIGRATED);
            inside.close(in);
            inside.close(listens);
        }
    }

    @Test
    void M13_pollsEndInTimeWhereverTheConnectionIs() {
        new SeedRuns("ssi", TcpStreamsAcrossMembersTest.class).each(36, Integer.getInteger("runs", 10), this::poll);
        assertThat(emigrated).as("connections that moved").isGreaterThan(100);
    }

    @Test
    void I41_I42_streamsAreExactWhileBucketsMoveBetweenMembers() {
        new SeedRuns("ssi", TcpStreamsAcrossMembersTest.class).each(1, Integer.getInteger("runs", 40), this::exchange);
        assertThat(emigrated).as("connections that moved").isGreaterThan(100);
        assertThat(lost).isZero();
    }
}
