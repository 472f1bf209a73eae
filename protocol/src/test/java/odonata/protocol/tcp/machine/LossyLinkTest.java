package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.tcp.machine.TcpSettings.EarlyRetransmit;
import odonata.protocol.tcp.machine.TwoHosts.Host;
import odonata.protocol.tcp.machine.TwoHosts.Link;
import org.junit.jupiter.api.Test;

/** Random pairs of ends over random links: the streams arrive exactly, both ends reach CLOSED, or
 * stay open where the user wants that, and no timer is left. */
class LossyLinkTest {
    private static final int RUNS = Integer.getInteger("runs", 1_500);
    private static final int STEPS = 400_000;

    @Test
    void shouldDeliverBothStreamsExactlyAndEnd() {
        final Long only = Long.getLong("seed");
        final long first = only == null ? 1 : only;
        final long last = only == null ? RUNS : only;
        for (long seed = first; seed <= last; seed++) {
            try {
                run(seed);
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("LossyLinkTest -Dseed=" + seed, e);
            }
        }
    }

    private static void run(final long number) {
        final Seed seed = Seed.of(number);
        final Link link = new Link(
                1 + seed.nextInt(100_000),
                seed.nextInt(3) == 0 ? 1 + seed.nextInt(100_000) : 0,
                seed.nextInt(4) == 0 ? 0 : 0.15 * seed.nextDouble(),
                seed.nextInt(3) == 0 ? 0.2 * seed.nextDouble() : 0,
                seed.nextInt(2) * (1 + seed.nextInt(100)));
        final TwoHosts two = new TwoHosts(settings(seed), settings(seed), link, seed.split(1));
        prepare(two.client, seed);
        prepare(two.server, seed);
        final int iss = (int) seed.nextLong();
        two.open(seed.nextInt(2) == 0 ? -5_000 : iss, (int) seed.nextLong(), seed.nextInt(3) == 0);
        two.run(STEPS);
        check(two.client);
        check(two.server);
    }

    private static TcpSettings settings(final Seed seed) {
        final TcpSettings s = new TcpSettings();
        s.rfc1323 = seed.nextInt(3) > 0;
        s.sack = seed.nextInt(2) == 0;
        s.recvSpace = 1 + seed.nextInt(seed.nextInt(3) == 0 ? 3_000 : 100_000);
        s.sendSpace = 1 + seed.nextInt(seed.nextInt(3) == 0 ? 3_000 : 100_000);
        s.mss = 100 + seed.nextInt(1_400);
        s.minMss = 64;
        s.tsoBytes = seed.nextInt(2) * seed.nextInt(20_000);
        s.earlyRetransmit = List.of(EarlyRetransmit.values()).get(seed.nextInt(3));
        s.delayedAck = seed.nextInt(4) > 0;
        s.maxRexmt = 100;
        s.keepInitUs = 10_000_000_000L;
        return s;
    }

    private static void prepare(final Host host, final Seed seed) {
        host.toWrite = TwoHosts.stream(seed, seed.nextInt(30_000));
        host.chunk = 1 + seed.nextInt(8_000);
        host.readDelayUs = seed.nextInt(3) == 0 ? 1 + seed.nextInt(300_000) : 0;
        host.closeWhenWritten = seed.nextInt(6) > 0;
        host.tcb.noDelay(seed.nextInt(2) == 0);
    }

    /** A connection that only one end closes stays half open for ever. */
    private static TcpState finalState(final Host host) {
        if (host.closeWhenWritten) {
            return host.peer.closeWhenWritten ? TcpState.CLOSED : TcpState.FIN_WAIT_2;
        }
        return host.peer.closeWhenWritten ? TcpState.CLOSE_WAIT : TcpState.ESTABLISHED;
    }

    private static void check(final Host host) {
        assertThat(host.gotLength).as("%s %s", host, host.peer).isEqualTo(host.peer.toWrite.length);
        assertThat(Arrays.equals(host.got, 0, host.gotLength, host.peer.toWrite, 0, host.gotLength))
                .as("stream")
                .isTrue();
        assertThat(host.tcb.state()).as("%s %s", host, host.peer).isEqualTo(finalState(host));
        assertThat(host.tcb.sendBuffer().length()).isZero();
        assertThat(host.tcb.receiveBuffer().capacity()).isLessThanOrEqualTo(256);
        for (final TcpTimer timer : TcpTimer.values()) {
            assertThat(host.tcb.deadlineUs(timer)).as("%s", timer).isEqualTo(TcpTimer.NEVER);
        }
    }
}
