package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import odonata.protocol.clock.Seed;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptionsWriter;
import odonata.protocol.tcp.buf.ReceiveBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Millions of segments, as bytes, into connections in every state: those that nearly fit, with well-formed options or any bytes. No exception, bounded memory, no
 * connection that cannot end; and who does not know the sequence numbers can neither reset nor inject (RFC 5961). {@code -Dpackets=} for how many,
 * {@code -Dseed=} for one run.
 */
@Tag("slow")
class TcpFuzzTest {
    private static final int PACKETS = Integer.getInteger("packets", 10_000_000);
    private static final int OF_A_RUN = 100;
    private static final int FORGED_OF_A_RUN = 200;
    private static final int GAPS = 400;
    private static final int MOST_WAKES = 400;
    private static final int MOST_BUFFER = 32_768;
    private static final List<TcpState> STATES = List.of(TcpState.values());
    private static final byte[] TEXT = new byte[5_000];

    private final byte[] packet = new byte[TcpHeader.MAX_LENGTH + 3_000];
    private final TcpHeader header = new TcpHeader();
    private final TcpOptionsWriter options = new TcpOptionsWriter();
    private final Map<TcpState, Integer> packets = new EnumMap<>(TcpState.class);

    private int met;

    /** What is done with one seed. */
    private interface Attack {
        void run(TcpState state, Seed seed);
    }

    private void each(final Attack attack) {
        each(PACKETS, attack);
    }

    private void each(final int count, final Attack attack) {
        final Long only = Long.getLong("seed");
        met = 0;
        for (long run = only == null ? 1 : only; only == null ? met < count : run == only; run++) {
            try {
                attack.run(STATES.get((int) (run % STATES.size())), Seed.of(run));
            } catch (final AssertionError | RuntimeException e) {
                throw new AssertionError("TcpFuzzTest -Dseed=" + run, e);
            }
        }
    }

    private static TcpSettings settings(final Seed seed) {
        final TcpSettings s = new TcpSettings();
        s.sack = seed.nextInt(2) == 0;
        s.rfc1323 = seed.nextInt(2) == 0;
        s.recvSpace = 1 + seed.nextInt(20_000);
        s.sendSpace = 1 + seed.nextInt(20_000);
        s.tsoBytes = seed.nextInt(2) * 9_000;
        s.ecn = seed.nextInt(2) == 0 ? TcpSettings.Ecn.OFF : TcpSettings.Ecn.ASK;
        return s;
    }

    @Test
    void shouldSurviveEverythingInEveryStateAndStillEnd() {
        each(this::survive);
        System.out.println("TcpFuzzTest: segments that met each state " + packets);
        if (Long.getLong("seed") == null) {
            assertThat(packets.keySet()).containsExactlyInAnyOrderElementsOf(STATES);
            packets.forEach((state, n) -> assertThat(n).as("%s", state).isGreaterThan(PACKETS / 200));
        }
    }

    private void survive(final TcpState state, final Seed seed) {
        final TcpSettings s = settings(seed);
        s.insecureRst = seed.nextInt(4) == 0;
        s.insecureSyn = seed.nextInt(4) == 0;
        final TcpStates one = new TcpStates(s);
        one.reach(state, seed);
        for (int i = 0; i < OF_A_RUN && (one.tcb.state == TcpState.CLOSED) == (state == TcpState.CLOSED); i++) {
            if (seed.nextInt(8) == 0) {
                one.pass(seed.nextInt(seed.nextInt(10) == 0 ? 3_000_000 : 50_000));
            }
            if (seed.nextInt(8) == 0) {
                userCall(one, seed);
            }
            packets.merge(one.tcb.state, 1, Integer::sum);
            met++;
            one.machine.input(one.tcb, segment(one.tcb, seed), one.nowUs);
            check(one.tcb);
        }
        end(one, seed);
    }

    private static void userCall(final TcpStates one, final Seed seed) {
        switch (seed.nextInt(40)) {
            case 0 -> one.machine.shutdown(one.tcb, one.nowUs);
            case 1 -> one.machine.sendUrgent(one.tcb, TEXT, 0, seed.nextInt(TEXT.length), one.nowUs);
            case 2 -> one.machine.pathMss(one.tcb, 300 + seed.nextInt(1_000), one.nowUs);
            case 3 -> one.machine.keepAlive(one.tcb, seed.nextInt(2) == 0, one.nowUs);
            default -> {
                if (seed.nextInt(2) == 0) {
                    final boolean more = seed.nextInt(4) == 0;
                    one.machine.send(one.tcb, TEXT, 0, seed.nextInt(TEXT.length), more, one.nowUs);
                } else {
                    one.machine.receive(one.tcb, seed.nextInt(1_000), one.nowUs);
                }
            }
        }
    }

    /** The user goes, and the peer is silent: the connection ends by itself, and leaves no timer. */
    private static void end(final TcpStates one, final Seed seed) {
        if (seed.nextInt(2) == 0) {
            one.machine.receive(one.tcb, MOST_BUFFER, one.nowUs);
        }
        one.machine.close(one.tcb, one.nowUs);
        int wakes = 0;
        while (one.tcb.state != TcpState.CLOSED && one.wake()) {
            expect(++wakes < MOST_WAKES, "does not end: ", one);
        }
        expect(one.tcb.state == TcpState.CLOSED, "stuck, with no timer: ", one);
        expect(one.wakeUs == TcpTimer.NEVER, "closed, with a timer: ", one);
    }

    private static void check(final TcpCb tcb) {
        expect(tcb.receiveBuffer.capacity() <= MOST_BUFFER, "receive buffer: ", tcb.receiveBuffer.capacity());
        expect(tcb.sendBuffer.capacity() <= MOST_BUFFER, "send buffer: ", tcb.sendBuffer.capacity());
        expect(tcb.receiveBuffer.ranges() <= ReceiveBuffer.MAX_RANGES, "reassembly: ", tcb.receiveBuffer.ranges());
        expect(tcb.sndNxt - tcb.sndUna >= 0, "snd_nxt below snd_una by ", tcb.sndUna - tcb.sndNxt);
        expect(tcb.sndMax - tcb.sndNxt >= 0, "snd_max below snd_nxt by ", tcb.sndNxt - tcb.sndMax);
        expect(tcb.cc.cwnd() > 0, "cwnd ", tcb.cc.cwnd());
    }

    private static void expect(final boolean holds, final String what, final Object about) {
        if (!holds) {
            throw new AssertionError(what + (about instanceof TcpStates one ? one.tcb.state : about));
        }
    }

    private static int near(final Seed seed, final int value, final int other) {
        return switch (seed.nextInt(10)) {
            case 0 -> (int) seed.nextLong();
            case 1 -> value + seed.nextInt(3_000) - 1_500;
            case 2 -> other;
            case 3 -> value + seed.nextInt(5) - 2;
            case 4 -> value + (1 << seed.nextInt(32));
            default -> value;
        };
    }

    private static int flags(final Seed seed) {
        return switch (seed.nextInt(30)) {
            case 0 -> seed.nextInt(256);
            case 1 -> TcpHeader.SYN;
            case 2 -> TcpHeader.SYN | TcpHeader.ACK;
            case 3 -> TcpHeader.ACK | TcpHeader.FIN;
            case 4 -> TcpHeader.ACK | TcpHeader.URG;
            case 5 -> TcpHeader.RST | (seed.nextInt(2) * TcpHeader.ACK);
            case 6 -> TcpHeader.ACK | TcpHeader.ECE | (seed.nextInt(2) * TcpHeader.CWR);
            default -> TcpHeader.ACK;
        };
    }

    /** A segment as it comes off the wire, its lengths and checksum right, as the classifier sees to. */
    private TcpIn segment(final TcpCb tcb, final Seed seed) {
        options(tcb, seed);
        final int headerLength = TcpHeader.MIN_LENGTH + options.length();
        final int text = seed.nextInt(2) * seed.nextInt(seed.nextInt(3) == 0 ? 3_000 : 200);
        header.wrap(packet, 0, headerLength + text);
        header.init(4, 2, near(seed, tcb.rcvNxt, tcb.rcvAdv), near(seed, tcb.sndMax, tcb.sndUna), flags(seed));
        header.window(seed.nextInt(3) == 0 ? seed.nextInt(3) : seed.nextInt(65_536))
                .urgent(seed.nextInt(65_536));
        header.headerLength(headerLength);
        options.copyTo(packet, TcpHeader.MIN_LENGTH);
        for (int i = seed.nextInt(4) == 0 ? 1 + seed.nextInt(4) : 0; i > 0 && options.length() > 0; i--) {
            packet[TcpHeader.MIN_LENGTH + seed.nextInt(options.length())] = (byte) seed.nextInt(256);
        }
        return new TcpIn().read(header).tos(seed.nextInt(4));
    }

    private void options(final TcpCb tcb, final Seed seed) {
        options.clear();
        if (tcb.tsOk ? seed.nextInt(8) > 0 : seed.nextInt(3) == 0) {
            options.timestamps(near(seed, tcb.tsRecent + 1, tcb.tsRecent), (int) seed.nextLong());
        }
        if (seed.nextInt(4) == 0) {
            options.mss(seed.nextInt(65_536));
        }
        if (seed.nextInt(4) == 0) {
            options.windowScale(seed.nextInt(15));
        }
        if (seed.nextInt(6) == 0) {
            options.sackPermitted();
        }
        if (seed.nextInt(3) == 0 && options.sackRoom() > 0) {
            final int[] edges = new int[2 * (1 + seed.nextInt(options.sackRoom()))];
            for (int i = 0; i < edges.length; i++) {
                edges[i] = tcb.sndUna + seed.nextInt(20_000) - 2_000;
            }
            options.sack(edges);
        }
    }

    /** Text with a gap after every piece, as many as the window holds, in any order: what is kept is bounded in bytes and pieces; then the gaps are filled. */
    @Test
    void shouldKeepABoundedNumberOfPiecesAndLoseNothingByThat() {
        each(PACKETS / 20, this::gaps);
    }

    private void gaps(final TcpState state, final Seed seed) {
        if (state != TcpState.ESTABLISHED && state != TcpState.FIN_WAIT_1 && state != TcpState.FIN_WAIT_2) {
            return;
        }
        final TcpSettings s = settings(seed);
        s.recvSpace = 1_000 + seed.nextInt(20_000);
        final TcpStates one = new TcpStates(s);
        one.reach(state, seed);
        final int first = one.tcb.rcvNxt;
        final int window = one.tcb.receiveBuffer.space();
        final int before = one.tcb.receiveBuffer.available();
        final int gap = 2 + seed.nextInt(4);
        int most = 0;
        for (int i = 0; i < GAPS; i++) {
            one.peer(TcpHeader.ACK, first + 1 + gap * seed.nextInt((window - 1) / gap), one.tcb.sndMax, 1);
            check(one.tcb);
            most = Math.max(most, one.tcb.receiveBuffer.ranges());
        }
        met += GAPS;
        expect(most == ReceiveBuffer.MAX_RANGES, "pieces at most: ", most);
        for (int at = 0; at < window; at += 500) {
            one.peer(TcpHeader.ACK, first + at, one.tcb.sndMax, Math.min(500, window - at));
            check(one.tcb);
        }
        expect(one.tcb.receiveBuffer.available() - before == window, "text: ", one.tcb.receiveBuffer.available());
        expect(one.tcb.receiveBuffer.ranges() == 0, "pieces left: ", one.tcb.receiveBuffer.ranges());
    }

    /** What the true peer and the user would see if the attacker had got through. */
    private static List<Object> facts(final TcpCb tcb) {
        final List<Object> facts = new ArrayList<>(List.of(tcb.state, tcb.error, tcb.rcvNxt, tcb.sndUna, tcb.sndWnd));
        facts.add(tcb.receiveBuffer.available());
        facts.add(tcb.receiveBuffer.ranges());
        facts.add(tcb.tsRecent);
        facts.add(tcb.finReceived);
        facts.add(tcb.cc.cwnd());
        return facts;
    }

    /** RFC 5961: not by luck with any numbers, nor by a sequence number in the window, if it and the ACK are not both right. */
    @Test
    void shouldNeitherBeResetNorTakeAnythingFromWhoDoesNotKnowTheSequenceNumbers() {
        each(this::forge);
    }

    private void forge(final TcpState state, final Seed seed) {
        if (!isSynchronized(state)) {
            return;
        }
        final TcpSettings s = settings(seed);
        s.recvSpace += 2_000;
        final TcpStates one = new TcpStates(s);
        one.reach(state, seed);
        if (one.tcb.state != state) {
            return;
        }
        final List<Object> facts = facts(one.tcb);
        final int sent = one.sent;
        for (int i = 0; i < FORGED_OF_A_RUN; i++) {
            one.machine.input(one.tcb, forged(one, seed), one.nowUs);
        }
        met += FORGED_OF_A_RUN;
        if (!facts(one.tcb).equals(facts)) {
            throw new AssertionError(state + ": " + facts + " became " + facts(one.tcb));
        }
        expect(one.sent - sent <= FORGED_OF_A_RUN, "more was sent than came: ", one.sent - sent);
    }

    private static boolean isSynchronized(final TcpState state) {
        return switch (state) {
            case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED, TIME_WAIT -> false;
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK -> true;
        };
    }

    /** Half of them lie in the window, but not at its edge; what is not a RST or SYN then has an ACK that cannot be. */
    private TcpIn forged(final TcpStates one, final Seed seed) {
        final TcpCb tcb = one.tcb;
        final boolean inWindow = seed.nextInt(2) == 0;
        final int seq = inWindow ? tcb.rcvNxt + 1 + seed.nextInt(500) : (int) seed.nextLong();
        final int ack = inWindow ? tcb.sndMax + 1 + seed.nextInt(1 << 30) : (int) seed.nextLong();
        final int text = seed.nextInt(2) * seed.nextInt(200);
        options.clear();
        if (tcb.tsOk) {
            options.timestamps((int) seed.nextLong(), (int) seed.nextLong());
        }
        final int headerLength = TcpHeader.MIN_LENGTH + options.length();
        header.wrap(packet, 0, headerLength + text);
        header.init(4, 2, seq, ack, flags(seed)).window(seed.nextInt(65_536)).urgent(seed.nextInt(65_536));
        header.headerLength(headerLength);
        options.copyTo(packet, TcpHeader.MIN_LENGTH);
        return new TcpIn().read(header);
    }
}
