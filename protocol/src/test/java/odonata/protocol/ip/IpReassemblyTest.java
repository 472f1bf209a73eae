package odonata.protocol.ip;

import static odonata.protocol.ip.Fragments.SRC;
import static odonata.protocol.ip.Fragments.cut;
import static odonata.protocol.ip.Fragments.datagram;
import static odonata.protocol.ip.Fragments.piece;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.flow.DragonflyHash;
import odonata.protocol.ip.IpReassembly.Loss;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** RFC 791 section 3.2, RFC 1122 section 3.3.2, RFC 5722. */
class IpReassemblyTest {
    private static final ReassemblyLimits LIMITS = ReassemblyLimits.defaults();

    private final List<Loss> losses = new ArrayList<>();
    private final List<Optional<Mbuf>> firsts = new ArrayList<>();
    private final IpReassembly reassembly = new IpReassembly(LIMITS, (why, first) -> {
        losses.add(why);
        firsts.add(first);
    });
    private final byte[] whole = datagram(SRC, 77, 3000);

    private Optional<Mbuf> add(final Mbuf piece) {
        return reassembly.add(piece, 0);
    }

    private static byte[] bytes(final Mbuf mbuf) {
        return java.util.Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + mbuf.length());
    }

    @Nested
    class Rfc791Order {
        @Test
        void shouldRestoreTheDatagramWhateverTheOrder() {
            final Seed seed = Seeds.replayable("IpReassemblyTest");
            for (int round = 0; round < 300; round++) {
                final List<Mbuf> pieces = cut(whole, 8 * (8 + seed.nextInt(100)));
                Optional<Mbuf> result = Optional.empty();
                while (!pieces.isEmpty()) {
                    assertThat(result).isEmpty();
                    result = add(pieces.remove(seed.nextInt(pieces.size())));
                }
                assertThat(bytes(result.orElseThrow())).isEqualTo(whole);
                assertThat(result.get().rcvif()).isZero();
            }
            assertThat(reassembly.begun()).isZero();
            assertThat(reassembly.bytes()).isZero();
            assertThat(losses).isEmpty();
        }

        @Test
        void shouldTellDatagramsApartBySourceDestinationProtocolAndIdentification() {
            add(cut(whole, 1480).get(0));
            add(cut(datagram(SRC + 1, 77, 3000), 1480).get(1));
            add(cut(datagram(SRC, 78, 3000), 1480).get(2));

            assertThat(reassembly.begun()).isEqualTo(3);
        }

        @Test
        void shouldTakeTheHeaderWithOptionsOfTheFirstFragment() {
            final byte[] first = new byte[24 + 1480];
            final Mbuf plain = cut(whole, 1480).get(0);
            System.arraycopy(plain.data(), 0, first, 0, 20);
            first[20] = Ipv4Options.NOP;
            System.arraycopy(plain.data(), 20, first, 24, 1480);
            new Ipv4Header()
                    .wrap(first, 0, first.length)
                    .headerLength(24)
                    .totalLength(first.length)
                    .putChecksum();
            add(cut(whole, 1480).get(2));
            add(cut(whole, 1480).get(1));
            final Mbuf result = add(new Mbuf(first, 0, first.length, 3, 0)).orElseThrow();

            final Ipv4Header ip = new Ipv4Header().wrap(result.data(), result.offset(), result.length());
            assertThat(ip.headerLength()).isEqualTo(24);
            assertThat(ip.totalLength()).isEqualTo(whole.length + 4);
            assertThat(ip.verifyChecksum() && !ip.isFragment()).isTrue();
            assertThat(PacketChecks.transportOk(result)).isTrue();
        }
    }

    @Nested
    class Rfc5722Overlap {
        @Test
        void shouldIgnoreRepetitions() {
            final List<Mbuf> pieces = cut(whole, 1480);
            add(pieces.get(0));
            add(cut(whole, 1480).get(0));
            add(pieces.get(1));

            assertThat(add(pieces.get(2))).isPresent();
            assertThat(losses).isEmpty();
        }

        @Test
        void shouldDropAllOfADatagramWithOverlaps() {
            add(cut(whole, 1480).get(0));
            add(piece(whole, 1472, 2960, true));

            assertThat(losses).containsExactly(Loss.OVERLAP);
            assertThat(reassembly.bytes()).isZero();
            for (final Mbuf piece : cut(whole, 1480)) {
                assertThat(add(piece)).isEmpty();
            }
            assertThat(losses).containsExactly(Loss.OVERLAP);
        }

        @Test
        void shouldTakeARepetitionWithOtherBytesForAnOverlap() {
            add(cut(whole, 1480).get(0));
            final Mbuf other = cut(whole, 1480).get(0);
            other.data()[100] ^= 1;
            add(other);

            assertThat(losses).containsExactly(Loss.OVERLAP);
        }

        @Test
        void shouldDropWhenTwoFragmentsSayWhereTheEndIs() {
            add(piece(whole, 800, 1480, false));
            add(piece(whole, 1480, 1600, false));

            assertThat(losses).containsExactly(Loss.OVERLAP);
        }

        @Test
        void shouldDropWhenSomethingComesBehindTheEnd() {
            add(piece(whole, 800, 1600, true));
            add(piece(whole, 0, 800, false));

            assertThat(losses).containsExactly(Loss.OVERLAP);
        }

        @Test
        void shouldStartAnewWhenItsTimeIsUp() {
            add(piece(whole, 0, 1480, true));
            add(piece(whole, 1472, 2960, true));
            Optional<Mbuf> result = Optional.empty();
            for (final Mbuf piece : cut(whole, 1480)) {
                result = reassembly.add(piece, LIMITS.ttlNs());
            }

            assertThat(result).isPresent();
            assertThat(losses).containsExactly(Loss.OVERLAP);
        }
    }

    @Nested
    class WhatNoHonestSenderMakes {
        private void refused(final Mbuf piece) {
            final int before = losses.size();
            assertThat(add(piece)).isEmpty();
            assertThat(losses).hasSize(before + 1);
            assertThat(losses.get(before)).isEqualTo(Loss.BAD_FRAGMENT);
            assertThat(reassembly.begun()).isZero();
        }

        @Test
        void shouldRefuseEmptyAndCrookedFragments() {
            refused(piece(whole, 0, 0, true));
            refused(piece(whole, 800, 800, false));
            refused(piece(whole, 0, 1479, true));
        }

        /** The ping of death. */
        @Test
        void shouldRefuseWhatEndsBeyondTheLargestDatagram() {
            final Mbuf last = cut(whole, 1480).get(2);
            new Ipv4Header()
                    .wrap(last.data(), 0, last.length())
                    .fragment(0, 65_528)
                    .putChecksum();
            refused(last);
        }

        @Test
        void shouldTakeTheLargestDatagram() {
            final byte[] largest = datagram(SRC, 1, 65_507);
            Optional<Mbuf> result = Optional.empty();
            for (final Mbuf piece : cut(largest, 1480)) {
                result = add(piece);
            }
            assertThat(bytes(result.orElseThrow())).isEqualTo(largest);
        }

        /** The parts fit, but not behind the options of the first one. */
        @Test
        void shouldRefuseTheLargestDatagramBehindOptions() {
            final byte[] largest = datagram(SRC, 1, 65_507);
            final List<Mbuf> pieces = cut(largest, 1480);
            final byte[] first = new byte[pieces.get(0).length() + 4];
            System.arraycopy(pieces.get(0).data(), 0, first, 0, 20);
            System.arraycopy(pieces.get(0).data(), 20, first, 24, first.length - 24);
            new Ipv4Header()
                    .wrap(first, 0, first.length)
                    .headerLength(24)
                    .totalLength(first.length)
                    .putChecksum();
            add(new Mbuf(first, 0, first.length, 3, 0));
            pieces.remove(0);
            pieces.forEach(piece -> assertThat(add(piece)).isEmpty());

            assertThat(losses).containsExactly(Loss.BAD_FRAGMENT);
            assertThat(reassembly.bytes()).isZero();
        }

        /** RFC 1858 section 3.2, RFC 3128. */
        @Test
        void shouldRefuseATcpHeaderCutInTwo() {
            final byte[] tcp = whole.clone();
            tcp[9] = IpProto.TCP;
            refused(piece(tcp, 0, 8, true));
            refused(piece(tcp, 8, 16, true));
            add(piece(tcp, 0, 16, true));
            assertThat(reassembly.begun()).isEqualTo(1);
        }
    }

    @Nested
    class Rfc1122Time {
        @Test
        void shouldGiveUpAfterTheTimeAndHandOutTheFirstFragment() {
            add(cut(whole, 1480).get(0));
            add(cut(datagram(SRC + 1, 1, 3000), 1480).get(1));
            assertThat(reassembly.nextExpiryNs()).isEqualTo(LIMITS.ttlNs());
            reassembly.expire(LIMITS.ttlNs() - 1);
            assertThat(losses).isEmpty();
            reassembly.expire(LIMITS.ttlNs());

            assertThat(losses).containsExactly(Loss.TIMEOUT, Loss.TIMEOUT);
            assertThat(firsts.get(0)).isPresent();
            assertThat(firsts.get(1)).isEmpty();
            assertThat(reassembly.nextExpiryNs()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Nested
    class Bounds {
        @Test
        void shouldLetOneSourceHaveNoMoreThanItsShare() {
            add(cut(datagram(SRC + 1, 0, 3000), 1480).get(0));
            for (int ident = 0; ident < 1000; ident++) {
                add(cut(datagram(SRC, ident, 3000), 1480).get(0));
            }
            assertThat(reassembly.begun()).isEqualTo(LIMITS.perSource() + 1);
            assertThat(losses).hasSize(1000 - LIMITS.perSource()).containsOnly(Loss.LIMIT);
        }

        @Test
        void shouldKeepTheNewestWhenThereAreTooMany() {
            for (int i = 0; i < 1000; i++) {
                add(cut(datagram(SRC + i, 1, 100), 64).get(0));
            }
            assertThat(reassembly.begun()).isEqualTo(LIMITS.datagrams());
            assertThat(add(cut(datagram(SRC + 999, 1, 100), 64).get(1))).isPresent();
            assertThat(add(cut(datagram(SRC, 1, 100), 64).get(1))).isEmpty();
        }

        @Test
        void shouldTakeSoManyFragmentsOfADatagramAndNoMore() {
            cut(datagram(SRC, 1, 8 * 200), 8).forEach(IpReassemblyTest.this::add);
            assertThat(losses).containsExactly(Loss.LIMIT);
            assertThat(reassembly.bytes()).isZero();
        }

        /** An array that is larger than the packet in it must not be kept. */
        @Test
        void shouldCountAndKeepNoMoreThanTheFragmentItself() {
            final byte[] large = new byte[65_535];
            final Mbuf small = piece(whole, 0, 64, true);
            System.arraycopy(small.data(), 0, large, 0, small.length());
            add(new Mbuf(large, 0, 65_535, 3, 0));
            assertThat(reassembly.bytes()).isLessThan(400);
        }

        /** All but the last fragment of the largest datagrams, from one source and from many. */
        @Test
        void shouldBoundTheMemoryOfASourceAndOfAll() {
            for (int source = 0; source < 20; source++) {
                for (int ident = 0; ident < LIMITS.perSource(); ident++) {
                    final List<Mbuf> pieces = cut(datagram(SRC + source, ident, 60_000), 1480);
                    pieces.remove(pieces.size() - 1);
                    pieces.forEach(IpReassemblyTest.this::add);
                    if (source == 0) {
                        assertThat(reassembly.bytes()).isLessThanOrEqualTo(LIMITS.bytesPerSource());
                    }
                    assertThat(reassembly.bytes()).isLessThanOrEqualTo(LIMITS.bytes());
                }
            }
            assertThat(reassembly.bytes()).isGreaterThan(LIMITS.bytes() - 100_000);
        }

        @Test
        void shouldNeverKeepMoreThanTheLimitWhateverComes() {
            final Seed seed = Seeds.replayable("IpReassemblyTest.bounds");
            for (int i = 0; i < 20_000; i++) {
                final byte[] packet = datagram(SRC + seed.nextInt(40), seed.nextInt(40), 4000);
                final int from = 8 * seed.nextInt(480);
                final int to = Math.min(4008, from + 8 * (1 + seed.nextInt(100)));
                reassembly.add(piece(packet, from, to, seed.chance(0.9)), i * 1_000_000L);
                assertThat(reassembly.bytes()).isLessThanOrEqualTo(LIMITS.bytes());
                assertThat(reassembly.begun()).isLessThanOrEqualTo(LIMITS.datagrams());
            }
            reassembly.expire(Long.MAX_VALUE);
            assertThat(reassembly.bytes()).isZero();
            assertThat(reassembly.begun()).isZero();
        }
    }

    /** Any order, repetition, overlap and loss, against a model that keeps a byte map of each datagram. */
    @Nested
    class AgainstAModel {
        private static final int DATAGRAMS = 6;

        /** What must come of one datagram: the bytes seen, whether two fragments overlapped, whether it was delivered. */
        private static final class Model {
            private final Set<String> seen = new HashSet<>();
            private final Set<Integer> bytes = new HashSet<>();
            private boolean poisoned;

            /** True when the datagram must be delivered now. */
            private boolean add(final int from, final int to, final int total) {
                if (poisoned || !seen.add(from + "-" + to)) {
                    return false;
                }
                for (int b = from; b < to; b++) {
                    poisoned |= !bytes.add(b);
                }
                return !poisoned && bytes.size() == total;
            }
        }

        @Test
        void shouldDeliverExactlyWhatTheModelDelivers() {
            final Seed seed = Seeds.replayable("IpReassemblyTest.model");
            final PacketClassifier classifier = new PacketClassifier(new DragonflyHash());
            int delivered = 0;
            int poisoned = 0;
            for (int round = 0; round < 400; round++) {
                final IpReassembly tested = new IpReassembly(LIMITS, (why, first) -> {});
                final Map<Integer, Model> models = new HashMap<>();
                for (final int[] step : script(seed)) {
                    final byte[] packet = packets.get(step[0]);
                    final int total = packet.length - 20;
                    final boolean due =
                            models.computeIfAbsent(step[0], k -> new Model()).add(step[1], step[2], total);
                    final Optional<Mbuf> result = tested.add(piece(packet, step[1], step[2], step[2] < total), 0);
                    assertThat(result.isPresent())
                            .as("round %d datagram %d %d-%d of %d", round, step[0], step[1], step[2], total)
                            .isEqualTo(due);
                    if (due) {
                        assertThat(bytes(result.orElseThrow())).isEqualTo(packet);
                        assertThat(PacketClassifier.classOf(classifier.classify(result.get())))
                                .isEqualTo(IpClass.UDP);
                        models.remove(step[0]);
                        delivered++;
                    }
                }
                poisoned +=
                        (int) models.values().stream().filter(m -> m.poisoned).count();
            }
            assertThat(delivered).isGreaterThan(400);
            assertThat(poisoned).isGreaterThan(100);
        }

        private final Map<Integer, byte[]> packets = new HashMap<>();

        /** Fragments of some datagrams, each datagram, from, to; in disorder. */
        private List<int[]> script(final Seed seed) {
            final List<int[]> steps = new ArrayList<>();
            for (int d = 0; d < DATAGRAMS; d++) {
                packets.put(d, datagram(SRC + d, 9, 64 + seed.nextInt(1500)));
                final int total = packets.get(d).length - 20;
                final int size = 8 * (4 + seed.nextInt(40));
                for (int from = 0; from < total; from += size) {
                    final int to = Math.min(total, from + size);
                    if (!seed.chance(0.02)) {
                        steps.add(new int[] {d, from, to});
                    }
                    if (seed.chance(0.1)) {
                        steps.add(new int[] {d, from, to});
                    }
                    if (seed.chance(0.02) && to - from > 16 && to < total) {
                        steps.add(new int[] {d, from + 8, to});
                    }
                }
            }
            for (int i = steps.size() - 1; i > 0; i--) {
                java.util.Collections.swap(steps, i, seed.nextInt(i + 1));
            }
            return steps;
        }
    }
}
