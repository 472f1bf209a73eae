package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import org.junit.jupiter.api.Test;

/** A connection in TIME-WAIT of which only the words of {@link TcpTw} are kept does whatever the whole control block does. */
class TcpTwTest {
    private static final int RUNS = 300;
    private static final int SEGMENTS = 60;

    private static TcpSettings settings(final Seed seed) {
        final TcpSettings settings = new TcpSettings();
        settings.mss = 1_000;
        settings.rfc1323 = seed.chance(0.7);
        settings.sack = seed.chance(0.3);
        settings.recvSpace = seed.chance(0.5) ? 57_344 : 262_144;
        settings.challengeAcks = 1 + seed.nextInt(5);
        return settings;
    }

    private static String ts(final TcpScript tcp, final int value) {
        return tcp.settings.rfc1323 ? " <ts " + value + " 0>" : "";
    }

    private static TcpScript timeWait(final TcpSettings settings) {
        final TcpScript tcp = TcpScript.established(settings, 60_000);
        tcp.at(1_000).in(". 1(700) ack 1 win 60000" + ts(tcp, 5));
        tcp.read(700).write(300).close().in("F. 701(0) ack 302 win 60000" + ts(tcp, 6));
        return tcp.expectState(TcpState.TIME_WAIT).skip();
    }

    private static String segment(final TcpScript tcp, final Seed seed) {
        final String flags =
                List.of(".", "F.", "P.", "S", "S.", "R", "R.", "F", "U.").get(seed.nextInt(9));
        final int seq = List.of(0, 1, 600, 701, 702, 703, 5_000, -100_000).get(seed.nextInt(8));
        final int ack = List.of(1, 301, 302, 303, 9_000).get(seed.nextInt(5));
        final int length = seed.chance(0.3) ? 1 + seed.nextInt(1_500) : 0;
        final String options = seed.chance(0.1) ? "" : ts(tcp, 4 + seed.nextInt(4));
        return flags + " " + seq + "(" + length + ")" + (flags.contains(".") ? " ack " + ack : "") + " win 100"
                + options;
    }

    /** True when the two are different connections from here on: the peer opens anew. */
    private static boolean reopens(final TcpScript tcp) {
        return tcp.verdict == TcpMachine.Verdict.AGAIN;
    }

    @Test
    void shouldDoWhatTheControlBlockDoes() {
        final Seed seed = Seeds.replayable("TIME-WAIT");
        for (int run = 0; run < RUNS; run++) {
            final TcpSettings settings = settings(seed);
            final TcpScript whole = timeWait(settings);
            final TcpScript little = timeWait(settings).onlyTimeWait();
            final List<String> history = new ArrayList<>();
            long us = 1_000;
            while (history.size() < SEGMENTS && !reopens(whole) && whole.tcb.state() == TcpState.TIME_WAIT) {
                us += seed.nextInt(seed.chance(0.2) ? 30_000_000 : 200_000);
                history.add(us + " " + segment(whole, seed));
                final String segment = history.get(history.size() - 1).split(" ", 2)[1];
                whole.at(us);
                little.at(us);
                final long end = whole.tcb.deadlineUs(TcpTimer.MSL2);
                if (end <= whole.nowUs() || whole.tcb.state() == TcpState.CLOSED) {
                    break;
                }
                whole.in(segment);
                little.in(segment);
                assertThat(little.sent()).as("%s", history).isEqualTo(whole.sent());
                assertThat(little.verdict).as("%s", history).isEqualTo(whole.verdict);
                assertThat(little.tcb.state()).as("%s", history).isEqualTo(whole.tcb.state());
                assertThat(little.tcb.issFloor()).isEqualTo(whole.tcb.issFloor());
                assertThat(little.tcb.deadlineUs(TcpTimer.MSL2)).isEqualTo(whole.tcb.deadlineUs(TcpTimer.MSL2));
                if (little.tcb.state() == TcpState.TIME_WAIT) {
                    little.onlyTimeWait();
                }
            }
        }
    }

    @Test
    void shouldNotSufficeWhileSomethingCanBeRead() {
        final TcpScript tcp = TcpScript.established();
        tcp.in(". 1(700) ack 1 win 60000").shutdown().in("F. 701(0) ack 2 win 60000");
        tcp.expectState(TcpState.TIME_WAIT);
        assertThat(TcpTw.suffices(tcp.tcb)).isFalse();
        assertThat(TcpTw.suffices(tcp.read(700).tcb)).isTrue();
    }
}
