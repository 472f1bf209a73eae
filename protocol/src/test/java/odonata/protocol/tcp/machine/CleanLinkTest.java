package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TwoHosts.Host;
import odonata.protocol.tcp.machine.TwoHosts.Link;
import org.junit.jupiter.api.Test;

/** Handshake, data both ways, close, over a link that only delays. */
class CleanLinkTest {

    @Test
    void shouldCarryBothStreamsAndCloseWithoutAnyRetransmission() {
        for (int mss = 536; mss <= 8_960; mss += 936) {
            final TcpSettings s = new TcpSettings();
            s.mss = mss;
            final TwoHosts two = new TwoHosts(s, s, Link.clean(20_000), Seed.of(mss));
            two.client.toWrite = TwoHosts.stream(Seed.of(1), 300_000);
            two.server.toWrite = TwoHosts.stream(Seed.of(2), 200_000);
            two.open(1_000, 2_000);
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

    @Test
    void I54_shouldAskForFewTimersBecauseTheyAreNotMovedWithEachAck() {
        final TcpSettings s = new TcpSettings();
        final TwoHosts two = new TwoHosts(s, s, Link.clean(20_000), Seed.of(1));
        two.client.toWrite = TwoHosts.stream(Seed.of(1), 500_000);
        two.open(1_000, 2_000);
        two.run(100_000);
        assertThat(two.client.packets).isGreaterThan(340);
        assertThat(two.client.timersAsked).isLessThan(20);
    }
}
