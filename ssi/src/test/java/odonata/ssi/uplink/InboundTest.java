package odonata.ssi.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.codec.WireRegistry;
import odonata.ssi.uplink.frame.FaultCounters;
import odonata.ssi.uplink.frame.FrameFault;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.uplink.frame.FrameTestKit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Frames made by one side's {@link Link}, damaged, and given to the other side's {@link Inbound}; no transport. */
class InboundTest {
    private static final int CAPACITY = 2048;
    private static final long SEED = Long.getLong("seed", 1_973L);
    private static final FrameSecret SECRET =
            FrameSecret.of("0123456789abcdef0123".getBytes(StandardCharsets.US_ASCII));

    private final WireRegistry registry = WireRegistry.load();

    /** Member 1 with CPU 0 sends to member 2 with CPU 1. */
    private final class Pair {
        private final UplinkSettings settings;
        private final Tape forth = new Tape();
        private final Tape back = new Tape();
        private final FakeMember.Ring ring;
        private final CreditPool pool = new CreditPool(64);
        private final Link sender;
        private final Link receiver;
        private final FaultCounters faults = new FaultCounters();
        private final List<ReceiveCredit> touched = new ArrayList<>();
        private final Inbound inbound;
        private final Inbound senderInbound;

        Pair(final int window, final FrameSecret secret) {
            settings = new UplinkSettings(window, 2, 1 << 20, Duration.ofSeconds(1), true);
            ring = new FakeMember.Ring(settings.ringCapacity());
            final LocalCpu cpu0 =
                    new LocalCpu(0, new FakeMember.Ring(settings.ringCapacity()), new CreditPool(0), id -> {});
            final LocalCpu cpu1 = new LocalCpu(1, ring, pool, id -> {});
            sender = link(1, cpu0, new PeerAddress(2, "b", 2, List.of(1), 22), forth, secret, 11);
            receiver = link(2, cpu1, new PeerAddress(1, "a", 1, List.of(0), 11), back, secret, 22);
            final Map<Integer, Link> links = new HashMap<>(Map.of(1, receiver));
            inbound = new Inbound(links, new PayloadCodec(registry), faults, settings.maxEntry(), touched);
            senderInbound = new Inbound(
                    new HashMap<>(Map.of(2, sender)),
                    new PayloadCodec(registry),
                    new FaultCounters(),
                    settings.maxEntry(),
                    new ArrayList<>());
            receiver.grantAll(true);
            returnCredits();
        }

        private Link link(
                final int member,
                final LocalCpu cpu,
                final PeerAddress peer,
                final FrameSink sink,
                final FrameSecret secret,
                final long incarnation) {
            return new Link(
                    member,
                    List.of(cpu),
                    peer,
                    Way.far(sink),
                    id -> new PayloadCodec(registry),
                    settings,
                    CAPACITY,
                    new Link.Keys(
                            id -> secret.code("uplink", member, incarnation, peer.member(), peer.incarnation()),
                            secret.code("uplink", peer.member(), peer.incarnation(), member, incarnation)));
        }

        void returnCredits() {
            Control.credits(receiver, true);
            for (final byte[] frame : back.frames) {
                assertThat(senderInbound.accept(frame, frame.length, 0)).isEqualTo(FrameFault.NONE);
            }
            back.frames.clear();
        }

        boolean offer(final Object payload) {
            return sender.outlet(0).offer(0, 1, Msg.init(payload, Port.none()), false);
        }

        /** Frames of everything offered so far. */
        List<byte[]> flushed() {
            sender.outlet(0).push();
            final List<byte[]> frames = List.copyOf(forth.frames);
            forth.frames.clear();
            return frames;
        }

        byte[] flushedOf(final Object payload) {
            offer(payload);
            return flushed().get(0);
        }

        FrameFault accept(final byte[] frame) {
            return inbound.accept(frame.clone(), frame.length, 0);
        }
    }

    private static Object[] payloads() {
        final byte[] packet = new byte[100];
        Arrays.fill(packet, (byte) 7);
        return new Object[] {
            new NetMsg.Packet(new Mbuf(packet, 0, 100, 3, 4), 17, 2),
            new NetMsg.Marker(0, 2),
            new NetMsg.MapChanged(BucketMap.masked(2, new int[] {0, 1})),
            List.of("a", 1, Map.of("k", List.of(2L))),
            new byte[5000]
        };
    }

    @Nested
    class WhenFramesAreDamaged {

        @Test
        void shouldCountAndDropAMillionWithoutHarm() {
            final Pair pair = new Pair(64, FrameSecret.none());
            final List<byte[]> good = new ArrayList<>();
            for (final Object payload : payloads()) {
                assertThat(pair.offer(payload)).isTrue();
                good.addAll(pair.flushed());
            }
            final SplittableRandom random = new SplittableRandom(SEED);
            final byte[] scratch = new byte[CAPACITY + 64];
            int dropped = 0;
            for (int i = 0; i < 1_000_000; i++) {
                final byte[] frame = good.get(random.nextInt(good.size()));
                final int length = damage(frame, scratch, random);
                try {
                    if (pair.inbound.accept(scratch, length, 0) != FrameFault.NONE) {
                        dropped++;
                    }
                } catch (final RuntimeException e) {
                    throw new AssertionError("seed=" + SEED + " frame " + i, e);
                }
            }
            assertThat(dropped).isEqualTo(1_000_000);
            assertThat(pair.faults.total()).isEqualTo(1_000_000);
            assertThat(pair.ring.queue).isEmpty();
            for (final byte[] frame : good) {
                assertThat(pair.accept(frame)).isEqualTo(FrameFault.NONE);
            }
            assertThat(pair.ring.queue).hasSize(payloads().length);
        }

        @Test
        void shouldSurviveDamageBehindARightChecksum() {
            final SplittableRandom random = new SplittableRandom(SEED + 1);
            int dropped = 0;
            for (int round = 0; round < 300; round++) {
                final Pair pair = new Pair(64, FrameSecret.none());
                for (final Object payload : payloads()) {
                    pair.offer(payload);
                    for (final byte[] frame : pair.flushed()) {
                        for (int i = 0; i < 100; i++) {
                            dropped += pair.accept(forged(frame, i + 2L, random)) == FrameFault.NONE ? 0 : 1;
                        }
                    }
                }
            }
            assertThat(dropped).isGreaterThan(10_000);
        }

        /** Changes the body and makes the checksum and the sequence right again, as an insider could. */
        private byte[] forged(final byte[] frame, final long sequence, final SplittableRandom random) {
            final byte[] copy = frame.clone();
            for (int c = random.nextInt(4); c >= 0; c--) {
                final int at = random.nextBoolean()
                        ? 32 + random.nextInt(Math.min(40, copy.length - 32))
                        : 6 + random.nextInt(2);
                copy[at] = (byte) random.nextInt(random.nextBoolean() ? 256 : 4);
            }
            FrameTestKit.reseal(copy, sequence);
            return copy;
        }

        private int damage(final byte[] frame, final byte[] scratch, final SplittableRandom random) {
            System.arraycopy(frame, 0, scratch, 0, frame.length);
            int length = frame.length;
            switch (random.nextInt(4)) {
                case 0 -> length = random.nextInt(frame.length);
                case 1 -> length = frame.length + 1 + random.nextInt(63);
                default -> {
                    for (int c = random.nextInt(4); c >= 0; c--) {
                        final int at = random.nextBoolean()
                                ? random.nextInt(Math.min(72, frame.length))
                                : random.nextInt(frame.length);
                        scratch[at] ^= (byte) (1 << random.nextInt(8));
                    }
                    if (Arrays.equals(scratch, 0, frame.length, frame, 0, frame.length)) {
                        length--;
                    }
                }
            }
            return length;
        }

        @Test
        void shouldNotTakeAFrameTwiceNorAnOlderOne() {
            final Pair pair = new Pair(8, FrameSecret.none());
            pair.offer(1);
            final byte[] first = pair.flushed().get(0);
            pair.offer(2);
            final byte[] second = pair.flushed().get(0);
            assertThat(pair.accept(second)).isEqualTo(FrameFault.NONE);
            assertThat(pair.accept(second)).isEqualTo(FrameFault.REPLAY);
            assertThat(pair.accept(first)).isEqualTo(FrameFault.REPLAY);
            assertThat(pair.ring.queue).hasSize(1);
            assertThat(pair.receiver.stats(2).lost()).isEqualTo(1);
        }

        @Test
        void shouldNotLeakCreditWhenFramesAreLost() {
            final Pair pair = new Pair(4, FrameSecret.none());
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < 3; i++) {
                    assertThat(pair.offer(i)).as("round %d", round).isTrue();
                    pair.flushed();
                }
                assertThat(pair.offer("kept")).isTrue();
                assertThat(pair.accept(pair.flushed().get(0))).isEqualTo(FrameFault.NONE);
                assertThat(pair.ring.take().payload()).isEqualTo("kept");
                pair.returnCredits();
            }
            assertThat(pair.receiver.stats(2).lost()).isEqualTo(150);
        }

        @Test
        void shouldDropFramesOfStrangersAndOfDeadMembers() {
            final Pair pair = new Pair(8, FrameSecret.none());
            pair.offer(1);
            final byte[] frame = pair.flushed().get(0);
            frame[16] = 99;
            FrameTestKit.reseal(frame, 1);
            assertThat(pair.accept(frame)).isEqualTo(FrameFault.SENDER);
            pair.receiver.kill();
            pair.offer(2);
            assertThat(pair.accept(pair.flushed().get(0))).isEqualTo(FrameFault.SENDER);
        }
    }

    @Nested
    class WhenTheSourceWaitsForCredit {
        private final Pair pair = new Pair(8, FrameSecret.none());

        private int trip() {
            int n = 0;
            while (pair.offer(n)) {
                n++;
            }
            deliver();
            return n;
        }

        private void deliver() {
            for (final byte[] frame : pair.flushed()) {
                assertThat(pair.accept(frame)).isEqualTo(FrameFault.NONE);
            }
            while (pair.ring.take() != null) {
                // all are taken
            }
            pair.returnCredits();
        }

        @Test
        void shouldGetMoreAndGiveItBack() {
            assertThat(trip()).isEqualTo(8);
            assertThat(trip()).isEqualTo(8);
            assertThat(trip()).isEqualTo(16);
            assertThat(pair.sender.stats(1).creditsMax()).isEqualTo(32);
            assertThat(pair.pool.left()).isLessThan(64);

            pair.sender.outlet(0).giveBack(0, 1);
            deliver();

            assertThat(pair.pool.left()).isEqualTo(64);
            assertThat(pair.receiver.stats(2).lost()).isZero();
            assertThat(pair.receiver.active()).isEmpty();
            assertThat(trip()).isEqualTo(8);
        }

        @Test
        void shouldKeepTheOrderAroundIt() {
            trip();
            trip();
            assertThat(pair.offer("first")).isTrue();
            pair.sender.outlet(0).giveBack(0, 1);
            assertThat(pair.offer("second")).isTrue();
            for (final byte[] frame : pair.flushed()) {
                assertThat(pair.accept(frame)).isEqualTo(FrameFault.NONE);
            }
            assertThat(pair.ring.take().payload()).isEqualTo("first");
            assertThat(pair.ring.take().kind()).isEqualTo(Entry.GIVE_BACK);
            assertThat(pair.ring.take().payload()).isEqualTo("second");
            assertThat(pair.faults.total()).isZero();
        }
    }

    @Nested
    class WhenThereIsASecret {

        @Test
        void shouldDropWhatIsNotAuthenticated() {
            final Pair pair = new Pair(8, SECRET);
            pair.offer(1);
            final byte[] frame = pair.flushed().get(0);
            final byte[] changed = frame.clone();
            changed[40] ^= 1;
            assertThat(pair.accept(changed)).isEqualTo(FrameFault.MAC);
            final byte[] plain = new Pair(8, FrameSecret.none()).flushedOf(1);
            assertThat(pair.accept(plain)).isEqualTo(FrameFault.MAC);
            assertThat(pair.accept(frame)).isEqualTo(FrameFault.NONE);
            assertThat(pair.accept(frame)).isEqualTo(FrameFault.REPLAY);
        }

        @Test
        void shouldMakeOneKeyForEachDirectionAndIncarnation() {
            final Optional<FrameSecret.Code> forth = SECRET.code("uplink", 1, 11, 2, 22);
            final byte[] data = new byte[64];
            FrameTestKit.write(forth.orElseThrow(), data, 48);
            assertThat(FrameTestKit.matches(forth.orElseThrow(), data, 48)).isTrue();
            for (final Optional<FrameSecret.Code> other : List.of(
                    SECRET.code("uplink", 2, 22, 1, 11),
                    SECRET.code("uplink", 1, 12, 2, 22),
                    SECRET.code("uplink", 1, 11, 2, 23),
                    SECRET.code("wire", 1, 11, 2, 22))) {
                assertThat(FrameTestKit.matches(other.orElseThrow(), data, 48)).isFalse();
            }
        }
    }
}
