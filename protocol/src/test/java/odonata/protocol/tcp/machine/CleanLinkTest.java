package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TwoHosts.Host;
import odonata.protocol.tcp.machine.TwoHosts.Link;
import org.junit.jupiter.api.Test;

/** Handshake, data both ways, close, over a link that only delays. */
class CleanLinkTest {
    private static final int RUNS = Integer.getInteger("runs", 1_000);

    @Test
    void shouldCarryBothStreamsAndCloseWithoutAnyRetransmission() {
        for (int mss = 536; mss <= 8_960; mss += 936) {
            final TcpSettings s = new TcpSettings();
            s.mss = mss;
            final TwoHosts two = new TwoHosts(s, s, Link.clean(20_000), Seed.of(mss));
            two.client.toWrite = TwoHosts.stream(Seed.of(1), 300_000);
            two.server.toWrite = TwoHosts.stream(Seed.of(2), 200_000);
            two.open(1_000, 2_000, false);
            two.run(100_000);
            for (final Host host : new Host[] {two.client, two.server}) {
                assertThat(host.gotLength).isEqualTo(host.peer.toWrite.length);
                assertThat(host.tcb.state()).isEqualTo(TcpState.CLOSED);
                assertThat(host.tcb.error()).isEqualTo(NetError.OK);
                assertThat(host.count(TcpCounter.SNDREXMITPACK)).isZero();
                assertThat(host.count(TcpCounter.REXMTTIMEO)).isZero();
            }
        }
    }

    /** Whatever the settings and whoever opens: what is sent twice without a loss is a defect. */
    @Test
    void shouldNeverRetransmitOnACleanLink() {
        final Long only = Long.getLong("seed");
        final long first = only == null ? 1 : only;
        for (long seed = first; seed <= (only == null ? RUNS : only); seed++) {
            try {
                cleanRun(Seed.of(seed));
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("CleanLinkTest -Dseed=" + seed, e);
            }
        }
    }

    private static void cleanRun(final Seed seed) {
        final TcpSettings s = new TcpSettings();
        s.rfc1323 = seed.nextInt(2) == 0;
        s.sack = seed.nextInt(2) == 0;
        s.mss = 300 + seed.nextInt(1_200);
        s.recvSpace = 2_000 + seed.nextInt(80_000);
        s.sendSpace = 1_000 + seed.nextInt(80_000);
        s.tsoBytes = seed.nextInt(2) * 20_000;
        final TwoHosts two = new TwoHosts(s, s, Link.clean(1 + seed.nextInt(300_000)), seed.split(1));
        two.client.toWrite = TwoHosts.stream(seed, seed.nextInt(60_000));
        two.server.toWrite = TwoHosts.stream(seed, seed.nextInt(60_000));
        two.client.chunk = 1 + seed.nextInt(5_000);
        two.client.tcb.noDelay(seed.nextInt(2) == 0);
        two.open(1_000, 2_000, false);
        two.run(200_000);
        for (final Host host : new Host[] {two.client, two.server}) {
            assertThat(host.tcb.state()).isEqualTo(TcpState.CLOSED);
            assertThat(host.gotLength).isEqualTo(host.peer.toWrite.length);
            assertThat(host.count(TcpCounter.SNDREXMITPACK)).as("%s", host).isZero();
        }
    }

    @Test
    void I54_shouldAskForFewTimersBecauseTheyAreNotMovedWithEachAck() {
        final TcpSettings s = new TcpSettings();
        final TwoHosts two = new TwoHosts(s, s, Link.clean(20_000), Seed.of(1));
        two.client.toWrite = TwoHosts.stream(Seed.of(1), 500_000);
        two.open(1_000, 2_000, false);
        two.run(100_000);
        assertThat(two.client.packets).isGreaterThan(340);
        assertThat(two.client.timersAsked).isLessThan(20);
    }
}
