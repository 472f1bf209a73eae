package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.TcpHeader;
import org.junit.jupiter.api.Test;

/** Anything may come off the wire: no exception, bounded memory, and every connection can still be ended. */
class HostileInputTest {
    private static final int RUNS = Integer.getInteger("runs", 3_000);

    private static final class Silent implements TcpActions {
        private long wakeUs = TcpTimer.NEVER;
        private byte[] packet = new byte[70_000];

        @Override
        public void send(final TcpCb tcb, final TcpOut segment) {
            segment.writeTo(packet, 0, 1, 2);
        }

        @Override
        public void timer(final TcpCb tcb, final long atUs) {
            wakeUs = atUs;
        }

        @Override
        public void event(final TcpCb tcb, final TcpEvent event) {}
    }

    @Test
    void shouldSurviveRandomSegmentsInEveryState() {
        final Long only = Long.getLong("seed");
        final long first = only == null ? 1 : only;
        for (long seed = first; seed <= (only == null ? RUNS : only); seed++) {
            try {
                attack(Seed.of(seed));
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("HostileInputTest -Dseed=" + seed, e);
            }
        }
    }

    private static void attack(final Seed seed) {
        final TcpSettings s = new TcpSettings();
        s.sack = seed.nextInt(2) == 0;
        s.rfc1323 = seed.nextInt(2) == 0;
        s.recvSpace = 1 + seed.nextInt(20_000);
        s.sendSpace = 1 + seed.nextInt(20_000);
        s.tsoBytes = seed.nextInt(2) * 9_000;
        s.insecureRst = seed.nextInt(4) == 0;
        s.insecureSyn = seed.nextInt(4) == 0;
        final Silent actions = new Silent();
        final TcpMachine machine = new TcpMachine(s, actions);
        final TcpCb tcb = new TcpCb(new FlowKey(1, 2, 3, 4, 6), s);
        long nowUs = 1_000_000_000L;
        if (seed.nextInt(2) == 0) {
            machine.listen(tcb, (int) seed.nextLong(), nowUs);
        } else {
            machine.connect(tcb, (int) seed.nextLong(), nowUs);
        }
        for (int i = 0; i < 120; i++) {
            nowUs += seed.nextInt(seed.nextInt(10) == 0 ? 3_000_000 : 50_000);
            if (actions.wakeUs <= nowUs) {
                actions.wakeUs = TcpTimer.NEVER;
                machine.expire(tcb, nowUs);
            } else if (seed.nextInt(4) == 0) {
                userCall(machine, tcb, seed, nowUs);
            } else {
                machine.input(tcb, segment(tcb, seed), nowUs);
            }
            check(tcb);
        }
        machine.abort(tcb, nowUs);
        assertThat(tcb.state()).isEqualTo(TcpState.CLOSED);
        assertThat(actions.wakeUs).isEqualTo(TcpTimer.NEVER);
    }

    private static void userCall(final TcpMachine machine, final TcpCb tcb, final Seed seed, final long nowUs) {
        final byte[] data = new byte[seed.nextInt(5_000)];
        switch (seed.nextInt(40)) {
            case 0 -> machine.shutdown(tcb, nowUs);
            case 1 -> machine.sendUrgent(tcb, data, 0, data.length, nowUs);
            case 2 -> machine.pathMss(tcb, 300 + seed.nextInt(1_000), nowUs);
            case 3 -> machine.keepAlive(tcb, seed.nextInt(2) == 0, nowUs);
            default -> {
                if (seed.nextInt(2) == 0) {
                    machine.send(tcb, data, 0, data.length, seed.nextInt(4) == 0, nowUs);
                } else {
                    machine.receive(tcb, data, 0, data.length, nowUs);
                }
            }
        }
    }

    private static final byte[] TEXT = new byte[3_000];

    private static int near(final Seed seed, final int value, final int other) {
        return switch (seed.nextInt(8)) {
            case 0 -> (int) seed.nextLong();
            case 1 -> value + seed.nextInt(3_000) - 1_500;
            case 2 -> other;
            case 3 -> value + seed.nextInt(5) - 2;
            default -> value;
        };
    }

    private static TcpIn segment(final TcpCb tcb, final Seed seed) {
        final TcpIn in = new TcpIn();
        in.seq = near(seed, tcb.rcvNxt, tcb.rcvAdv);
        in.ack = near(seed, tcb.sndMax, tcb.sndUna);
        in.flags = switch (seed.nextInt(12)) {
            case 0 -> seed.nextInt(256);
            case 1 -> TcpHeader.SYN;
            case 2 -> TcpHeader.SYN | TcpHeader.ACK;
            case 3 -> TcpHeader.ACK | TcpHeader.FIN;
            case 4 -> TcpHeader.ACK | TcpHeader.URG;
            default -> TcpHeader.ACK;
        };
        in.window = seed.nextInt(3) == 0 ? seed.nextInt(3) : seed.nextInt(65_536);
        in.urgent = seed.nextInt(65_536);
        in.data = TEXT;
        in.length = seed.nextInt(2) * seed.nextInt(TEXT.length);
        in.mss = seed.nextInt(3) * seed.nextInt(65_536);
        in.windowScale = seed.nextInt(16) - 1;
        in.windowScale = Math.min(14, in.windowScale);
        in.timestamps = seed.nextInt(3) > 0;
        in.tsVal = near(seed, tcb.tsRecent + 1, tcb.tsRecent);
        in.tsEcr = (int) seed.nextLong();
        in.sackPermitted = seed.nextInt(2) == 0;
        in.sackBlocks = seed.nextInt(5);
        for (int i = 0; i < in.sackEdges.length; i++) {
            in.sackEdges[i] = tcb.sndUna + seed.nextInt(20_000) - 2_000;
        }
        return in;
    }

    private static void check(final TcpCb tcb) {
        assertThat(tcb.receiveBuffer().capacity()).isLessThanOrEqualTo(65_536);
        assertThat(tcb.sendBuffer().capacity()).isLessThanOrEqualTo(65_536);
        assertThat(tcb.sndNxt() - tcb.sndUna()).isNotNegative();
        assertThat(tcb.sndMax() - tcb.sndNxt()).isNotNegative();
        assertThat(tcb.congestionControl().cwnd()).isPositive();
    }
}
