package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.buf.RingZone;
import odonata.protocol.tcp.cc.NewReno;
import odonata.protocol.wire.Fields;
import org.junit.jupiter.api.Test;

/** A control block as bytes: no variable is forgotten, those that are added later neither. */
class TcpCbFieldsTest {
    private static final FlowKey FLOW = new FlowKey(1, 2, 3, 4, 6);
    private static final int SECOND = 1_000_000;

    /** The wake-up is asked for anew. */
    private static final Set<String> STAY = Set.of("armedUs", "flow");

    private static final Set<String> TIMES =
            Set.of("lastSendUs", "tsRecentUs", "timedUs", "lastReceiveUs", "waitingSinceUs", "challengeUs");

    private final TcpSettings settings = new TcpSettings();
    private final Random random = new Random(5);

    private TcpCb full() throws IllegalAccessException {
        final TcpCb tcb = new TcpCb(FLOW, settings);
        fill(tcb, TcpCb.class);
        fill(tcb.cc, NewReno.class);
        tcb.scoreboard = new SackScoreboard();
        final TcpIn in = new TcpIn();
        in.sackBlocks = 2;
        in.sackEdges[0] = 1_100;
        in.sackEdges[1] = 1_200;
        in.sackEdges[2] = 1_400;
        in.sackEdges[3] = 1_500;
        tcb.scoreboard.update(1_000, 2_000, in);
        tcb.scoreboard.highRxt = 1_150;
        tcb.scoreboard.rescued = true;
        final byte[] text = new byte[9_000];
        random.nextBytes(text);
        tcb.synText = Arrays.copyOf(text, 33);
        tcb.sendBuffer.append(new RingZone(), text, 0, 8_999);
        tcb.sendBuffer.drop(new RingZone(), 3_000);
        tcb.sendBuffer.limit(77);
        tcb.receiveBuffer.insert(new RingZone(), 0, text, 0, 700);
        tcb.receiveBuffer.insert(new RingZone(), 500, text, 0, 100);
        tcb.receiveBuffer.insert(new RingZone(), 50, text, 0, 100);
        tcb.receiveBuffer.limit(99);
        for (int i = 0; i < tcb.deadlines.length; i++) {
            tcb.deadlines[i] = i == 1 ? TcpTimer.NEVER : random.nextInt(SECOND);
        }
        for (int i = 0; i < tcb.lastEnds.length; i++) {
            tcb.lastEnds[i] = random.nextInt();
        }
        return tcb;
    }

    private void fill(final Object object, final Class<?> type) throws IllegalAccessException {
        for (final Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers())) {
                continue;
            }
            field.setAccessible(true);
            if (field.getType() == int.class) {
                field.setInt(object, random.nextInt());
            } else if (field.getType() == long.class) {
                field.setLong(object, random.nextInt(SECOND));
            } else if (field.getType() == boolean.class) {
                field.setBoolean(object, true);
            } else if (field.getType() == TcpState.class) {
                field.set(object, TcpState.CLOSE_WAIT);
            } else if (field.getType() == NetError.class) {
                field.set(object, NetError.EHOSTUNREACH);
            } else if (field.getType() == byte[].class) {
                final byte[] text = new byte[1 + random.nextInt(9)];
                random.nextBytes(text);
                field.set(object, text);
            }
        }
    }

    private TcpCb through(final TcpCb tcb, final long fromUs, final long toUs) {
        final Fields out = Fields.writer(fromUs);
        TcpCbFields.write(tcb, settings, fromUs, out);
        final Fields in = Fields.reader(out.toBytes(), toUs);
        final TcpCb read = TcpCbFields.read(FLOW, settings, toUs, in);
        in.end();
        return read;
    }

    @Test
    void shouldKeepEveryVariable() throws IllegalAccessException {
        final TcpCb tcb = full();
        assertThat(through(tcb, 5, 5))
                .usingRecursiveComparison()
                .ignoringFields("armedUs", "receiveBuffer.edges")
                .ignoringFieldsMatchingRegexes("(send|receive)Buffer\\.(bytes|head|most)")
                .isEqualTo(tcb);
        assertThat(through(tcb, 5, 5).armedUs).isEqualTo(TcpTimer.NEVER);
    }

    /** A variable that another connection has otherwise is written: nothing is left to chance by values that are equal. */
    @Test
    void shouldTellAnyTwoValuesOfAVariableApart() throws IllegalAccessException {
        for (final Field field : TcpCb.class.getDeclaredFields()) {
            final boolean number = field.getType() == int.class || field.getType() == long.class;
            if (STAY.contains(field.getName()) || !(number || field.getType() == boolean.class)) {
                continue;
            }
            field.setAccessible(true);
            final TcpCb tcb = full();
            if (field.getType() == int.class) {
                field.setInt(tcb, field.getInt(tcb) + 1);
            } else if (field.getType() == long.class) {
                field.setLong(tcb, field.getLong(tcb) + 1);
            } else {
                field.setBoolean(tcb, false);
            }
            assertThat(field.get(through(tcb, 9, 9))).as(field.getName()).isEqualTo(field.get(tcb));
        }
    }

    @Test
    void shouldKeepTheBytesOfBothBuffersAndWhatCameBeforeItsTime() throws IllegalAccessException {
        final TcpCb tcb = full();
        final TcpCb read = through(tcb, 5, 7);
        final int sent = tcb.sendBuffer.length();
        assertThat(read.sendBuffer.copyOf(0, 0, sent)).isEqualTo(tcb.sendBuffer.copyOf(0, 0, sent));
        final byte[] hole = new byte[2_000];
        Arrays.fill(hole, (byte) 7);
        tcb.receiveBuffer.limit(100_000);
        read.receiveBuffer.limit(100_000);
        assertThat(read.receiveBuffer.insert(new RingZone(), 0, hole, 0, 520))
                .isEqualTo(tcb.receiveBuffer.insert(new RingZone(), 0, hole, 0, 520));
        assertThat(read.receiveBuffer.read(new RingZone(), 3_000))
                .isEqualTo(tcb.receiveBuffer.read(new RingZone(), 3_000));
    }

    /** The clocks of two machines have nothing in common: what lies ahead lies as far ahead, and the peer sees one timestamp clock. */
    @Test
    void shouldBringTimesToTheOtherClock() throws IllegalAccessException {
        final TcpCb tcb = full();
        final long there = -3_000_000_000L;
        final TcpCb read = through(tcb, SECOND, there);
        for (final Field field : TcpCb.class.getDeclaredFields()) {
            if (TIMES.contains(field.getName())) {
                field.setAccessible(true);
                assertThat(field.getLong(read) - there).as(field.getName()).isEqualTo(field.getLong(tcb) - SECOND);
            }
        }
        assertThat(read.deadlines[0] - there).isEqualTo(tcb.deadlines[0] - SECOND);
        assertThat(read.deadlines[1]).isEqualTo(TcpTimer.NEVER);
        assertThat(clock(read, there + 30_000)).isEqualTo(clock(tcb, SECOND + 30_000));
    }

    private int clock(final TcpCb tcb, final long nowUs) {
        final TcpEnv env = new TcpEnv(settings, null);
        env.nowUs = nowUs;
        return env.tsNow(tcb);
    }

    @Test
    void shouldRefuseBytesThatAreCutOrDamaged() throws IllegalAccessException {
        final Fields out = Fields.writer(0);
        TcpCbFields.write(full(), settings, 0, out);
        final byte[] bytes = out.toBytes();
        for (int length = 0; length < bytes.length; length += 7) {
            final Fields cut = Fields.reader(Arrays.copyOf(bytes, length), 0);
            assertThatThrownBy(() -> TcpCbFields.read(FLOW, settings, 0, cut))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
