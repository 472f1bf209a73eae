package odonata.ssi.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRefResolver;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class KryoCodecTest {
    private static final long SEED = Long.getLong("seed", 20_030_616L);

    private final KryoCodec codec = KryoCodec.of(WireRegistry.load());

    @Nested
    class WhenBytesAreDamaged {

        @Test
        void shouldThrowOnlyCodecExceptionOnMutations() {
            final List<byte[]> seeds = new ArrayList<>();
            WireSamples.all().values().forEach(values -> values.forEach(v -> seeds.add(codec.toBytes(v))));
            final SplittableRandom random = new SplittableRandom(SEED);
            int refused = 0;
            for (int i = 0; i < 150_000; i++) {
                final byte[] bytes = mutated(seeds.get(random.nextInt(seeds.size())), random);
                try {
                    codec.decode(bytes);
                } catch (final CodecException e) {
                    refused++;
                } catch (final Throwable e) {
                    throw new AssertionError("seed=" + SEED + " input " + i, e);
                }
            }
            assertThat(refused).isGreaterThan(15_000);
        }

        @Test
        void shouldRefuseLengthsThatAreNotThere() {
            final int byteArray = WireId.BYTES.number() + 2;
            final int list = WireId.LIST.number() + 2;
            final int string = 1 + 2;
            for (final int type : new int[] {byteArray, list, string}) {
                final byte[] huge = {(byte) type, -1, -1, -1, -1, 7, 0, 0, 0};
                assertThatThrownBy(() -> codec.decode(huge)).isInstanceOf(CodecException.class);
            }
        }

        @Test
        void shouldRefuseUnknownNumbersAndLeftovers() {
            assertThatThrownBy(() -> codec.decode(new byte[] {(byte) 0xff, 0x7f}))
                    .isInstanceOf(CodecException.class);
            assertThatThrownBy(() -> codec.decode(new byte[] {0, 0}))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("left over");
            assertThatThrownBy(() -> codec.decode(new byte[0])).isInstanceOf(CodecException.class);
        }

        @Test
        void shouldRefuseDeepNesting() {
            final byte[] nested = new byte[4000];
            for (int i = 0; i < nested.length; i += 2) {
                nested[i] = (byte) (WireId.LIST.number() + 2);
                nested[i + 1] = 1;
            }
            assertThatThrownBy(() -> codec.decode(nested)).isInstanceOf(CodecException.class);
        }

        @Test
        void shouldWorkAfterARefusal() {
            assertThatThrownBy(() -> codec.decode(new byte[] {15, 1, 15, 1})).isInstanceOf(CodecException.class);
            assertThat(codec.decode(codec.toBytes(List.of(1)))).isEqualTo(List.of(1));
        }

        @Test
        void shouldNotTouchTheInput() {
            final byte[] bytes = {9, 9, 9, 9, 9, 9, 9, 9, 3, 1, 2, 9};
            final byte[] before = bytes.clone();
            assertThatThrownBy(() -> codec.decode(bytes, 8, 3)).isInstanceOf(CodecException.class);
            assertThat(bytes).isEqualTo(before);
        }

        private static byte[] mutated(final byte[] seed, final SplittableRandom random) {
            final int keep = random.nextInt(4) == 0 ? random.nextInt(seed.length + 1) : seed.length;
            final int grow = random.nextInt(4) == 0 ? random.nextInt(8) : 0;
            final byte[] bytes = new byte[keep + grow];
            System.arraycopy(seed, 0, bytes, 0, keep);
            final int changes = 1 + random.nextInt(3);
            for (int c = 0; c < changes && bytes.length > 0; c++) {
                final int at = random.nextBoolean()
                        ? random.nextInt(Math.min(bytes.length, 12))
                        : random.nextInt(bytes.length);
                bytes[at] = (byte) random.nextInt();
            }
            return bytes;
        }
    }

    @Nested
    class WhenTheTypeHasNoNumber {

        @Test
        void shouldNameItAndSayWhatToDo() {
            assertThatThrownBy(() -> codec.toBytes(new java.util.concurrent.atomic.AtomicInteger(1)))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("AtomicInteger")
                    .hasMessageContaining("WireId");
        }

        @Test
        void shouldRefuseActorReferencesOnTheDataPlane() {
            final ActorTestKit kit = ActorTestKit.create();
            try {
                final Object ref = kit.createTestProbe(String.class).getRef();
                assertThatThrownBy(() -> codec.toBytes(ref)).isInstanceOf(CodecException.class);
            } finally {
                kit.shutdownTestKit();
            }
        }
    }

    @Test
    void shouldCarryActorReferencesOnTheControlPlane() {
        final ActorTestKit kit = ActorTestKit.create();
        try {
            final TestProbe<String> probe = kit.createTestProbe(String.class);
            final KryoCodec control = KryoCodec.of(WireRegistry.load(), ActorRefResolver.get(kit.system()));
            final List<?> back = (List<?>) control.decode(control.toBytes(List.of(probe.getRef())));
            assertThat(back.get(0)).isEqualTo(probe.getRef());
        } finally {
            kit.shutdownTestKit();
        }
    }
}
