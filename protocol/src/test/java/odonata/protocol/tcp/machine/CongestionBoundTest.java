package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.clock.Seed;
import odonata.protocol.tcp.cc.CongestionControl;
import odonata.protocol.tcp.cc.NewReno;
import odonata.protocol.tcp.machine.TwoHosts.Host;
import odonata.protocol.tcp.machine.TwoHosts.Link;
import org.junit.jupiter.api.Test;

/**
 * A bookkeeper beside the sender: after every event cwnd and ssthresh are within what RFC 5681, 6582, 3390 and 3042 allow, and without
 * SACK no more is in flight than cwnd, two segments of Limited Transmit, and what was in flight before allow.
 */
class CongestionBoundTest {
    private static final int RUNS = Integer.getInteger("runs", 1_000);

    private static final int FIN = 1;

    /** The largest cwnd that the RFCs allow, followed from outside. */
    private static final class Bookkeeper {
        private final Host host;
        private final int mss;
        private int una;
        private int cwnd;
        private int flight;
        private boolean established;
        private boolean recovery;
        private long timeouts;
        private long spurious;
        private int inAvoidance;

        Bookkeeper(final Host host, final int mss) {
            this.host = host;
            this.mss = mss;
        }

        void check() {
            final TcpCb tcb = host.tcb;
            if (tcb.state() == TcpState.CLOSED || !tcb.synAcked) {
                return;
            }
            final CongestionControl cc = tcb.congestionControl();
            if (!established) {
                established = true;
                assertThat(cc.cwnd()).isLessThanOrEqualTo(NewReno.initialWindow(tcb.segmentSize()));
            } else if (host.count(TcpCounter.EIFELDETECTED) == spurious) {
                checkGrowth(tcb, cc);
            }
            remember(tcb, cc);
        }

        private void checkGrowth(final TcpCb tcb, final CongestionControl cc) {
            final int acked = tcb.sndUna() - una;
            final int grown = cc.cwnd() - cwnd;
            if (host.count(TcpCounter.REXMTTIMEO) > timeouts) {
                assertThat(cc.cwnd()).as("after a timeout").isLessThanOrEqualTo(mss);
            } else if (!recovery && tcb.inRecovery()) {
                assertThat(cc.ssthresh()).as("half").isLessThanOrEqualTo(Math.max(flight / 2 + mss, 2 * mss));
                assertThat(cc.cwnd()).as("inflated").isLessThanOrEqualTo(cc.ssthresh() + 3 * mss);
            } else if (recovery && tcb.inRecovery()) {
                assertThat(grown).as("in recovery").isLessThanOrEqualTo(acked == 0 ? mss : 0);
            } else if (recovery) {
                assertThat(cc.cwnd()).as("deflated").isLessThanOrEqualTo(cc.ssthresh());
            } else if (acked == 0) {
                assertThat(grown).as("without new data").isLessThanOrEqualTo(0);
            } else if (cwnd < cc.ssthresh()) {
                assertThat(grown).as("slow start").isLessThanOrEqualTo(Math.min(acked, mss));
            } else {
                inAvoidance += acked;
                assertThat(grown).as("avoidance").isLessThanOrEqualTo(inAvoidance >= cwnd ? mss : 0);
                inAvoidance -= grown > 0 ? cwnd : 0;
            }
            final int allowed = Math.max(cc.cwnd(), cwnd) + 2 * mss + FIN;
            if (!tcb.sackInUse()) {
                assertThat(tcb.flight()).as("flight").isLessThanOrEqualTo(Math.max(allowed, flight));
            }
        }

        private void remember(final TcpCb tcb, final CongestionControl cc) {
            una = tcb.sndUna();
            cwnd = cc.cwnd();
            flight = tcb.flight();
            recovery = tcb.inRecovery();
            timeouts = host.count(TcpCounter.REXMTTIMEO);
            spurious = host.count(TcpCounter.EIFELDETECTED);
        }
    }

    @Test
    void I51_cwndIsNeverAboveWhatTheRfcsAllow() {
        final Long only = Long.getLong("seed");
        final long first = only == null ? 1 : only;
        for (long seed = first; seed <= (only == null ? RUNS : only); seed++) {
            try {
                run(Seed.of(seed));
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("CongestionBoundTest -Dseed=" + seed, e);
            }
        }
    }

    private static void run(final Seed seed) {
        final TcpSettings s = new TcpSettings();
        s.rfc1323 = seed.nextInt(2) == 0;
        s.sack = seed.nextInt(3) == 0;
        s.mss = 500 + seed.nextInt(1_000);
        s.sendSpace = 60_000;
        s.maxRexmt = 50;
        s.limitedTransmit = seed.nextInt(2) == 0;
        final Link link = new Link(10_000, seed.nextInt(2) * 15_000L, 0.06 * seed.nextDouble(), 0, 0);
        final TwoHosts two = new TwoHosts(s, s, link, seed.split(1));
        two.client.toWrite = TwoHosts.stream(seed, 60_000);
        two.open(1, 2, false);
        two.client.afterEach = new Bookkeeper(two.client, s.mss)::check;
        two.run(100_000);
        assertThat(two.server.gotLength).isEqualTo(60_000);
    }
}
