package odonata.protocol.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The order of a lookup in 5.5, and the rules of bind. */
class UdpPcbTableTest {
    private static final int US = 0x0a4d4d01;
    private static final int PEER = 0x0a090909;
    private static final int GROUP = 0xe00000fb;

    private final UdpPcbTable table = new UdpPcbTable();

    private static UdpPcb bound(final long socket, final int laddr, final int lport, final boolean shared) {
        return UdpPcb.unbound(socket).bound(laddr, lport, shared);
    }

    private static UdpPcb connected(final long socket, final int lport, final int fport) {
        return bound(socket, US, lport, false).connected(US, PEER, fport);
    }

    private long found(final int sport, final int dport) {
        return table.lookup(PEER, sport, US, dport, () -> 1).map(UdpPcb::socket).orElse(-1L);
    }

    @Nested
    class Lookup {
        @Test
        void shouldPreferTheConnectionThenTheAddressThenAny() {
            table.put(bound(1, 0, 53, true));
            assertThat(found(9, 53)).isEqualTo(1);
            table.put(bound(2, US, 53, true));
            assertThat(found(9, 53)).isEqualTo(2);
            table.put(connected(3, 53, 9));
            assertThat(found(9, 53)).isEqualTo(3);
            assertThat(found(10, 53)).isEqualTo(2);
            assertThat(found(9, 54)).isEqualTo(-1);
        }

        @Test
        void shouldNotFindAnotherAddress() {
            table.put(bound(1, US + 1, 53, false));
            assertThat(found(9, 53)).isEqualTo(-1);
        }

        @Test
        void shouldLetTheHashChooseInAGroupWhateverTheOrderOfItsMaking() {
            table.put(bound(3, 0, 53, true));
            table.put(bound(1, 0, 53, true));
            table.put(bound(2, 0, 53, true));
            for (int hash = -4; hash < 5; hash++) {
                final int h = hash;
                assertThat(table.lookup(PEER, 9, US, 53, () -> h).orElseThrow().socket())
                        .isEqualTo(1 + Math.floorMod(h, 3));
            }
        }

        @Test
        void shouldForgetWhatASocketWasBefore() {
            table.put(bound(1, 0, 53, false));
            table.put(connected(1, 53, 9));
            assertThat(table.isWildcard(1)).isFalse();
            assertThat(found(10, 53)).isEqualTo(-1);
            table.put(bound(1, 0, 54, false));
            assertThat(found(9, 53)).isEqualTo(-1);
            assertThat(table.connections()).isZero();
            table.remove(1);
            assertThat(table.size()).isZero();
            assertThat(found(9, 54)).isEqualTo(-1);
        }
    }

    @Nested
    class ToMany {
        private List<Long> many(final int dst) {
            return table.lookupMany(PEER, 9, dst, 53).stream()
                    .map(UdpPcb::socket)
                    .toList();
        }

        @Test
        void shouldFindAllOfThePortForABroadcast() {
            table.put(bound(2, 0, 53, true));
            table.put(bound(1, 0, 53, true));
            table.put(bound(3, US, 53, true));
            table.put(bound(4, 0, 54, true));
            table.put(connected(5, 53, 10));
            assertThat(many(-1)).containsExactly(1L, 2L);
        }

        @Test
        void shouldFindMembersOfAMulticastGroup() {
            table.put(bound(1, 0, 53, true));
            table.put(bound(2, 0, 53, true).joined(List.of(GROUP)));
            table.put(bound(3, GROUP, 53, true));
            table.put(bound(4, 0, 53, true).joined(List.of(GROUP + 1)));
            assertThat(many(GROUP)).containsExactly(2L, 3L);
        }
    }

    @Nested
    class Bind {
        @Test
        void shouldRefuseThePortAtTheSameAddressOrAnyUnlessBothShare() {
            table.put(bound(1, US, 53, false));
            assertThat(table.check(bound(2, US, 53, false))).isEqualTo(NetError.EADDRINUSE);
            assertThat(table.check(bound(2, 0, 53, false))).isEqualTo(NetError.EADDRINUSE);
            assertThat(table.check(bound(2, US, 53, true))).isEqualTo(NetError.EADDRINUSE);
            assertThat(table.check(bound(2, US + 1, 53, false))).isEqualTo(NetError.OK);
            assertThat(table.check(bound(2, US, 54, false))).isEqualTo(NetError.OK);
            table.put(bound(1, US, 53, true));
            assertThat(table.check(bound(2, 0, 53, true))).isEqualTo(NetError.OK);
        }

        @Test
        void shouldMindConnectedOnesToo() {
            table.put(connected(1, 53, 9));
            assertThat(table.check(bound(2, 0, 53, false))).isEqualTo(NetError.EADDRINUSE);
            assertThat(table.check(connected(1, 53, 10))).isEqualTo(NetError.OK);
        }

        @Test
        void shouldRefuseTheSameFourNamesTwice() {
            table.put(connected(1, 53, 9));
            table.put(bound(2, US, 53, true));
            assertThat(table.check(bound(2, US, 53, true).connected(US, PEER, 9)))
                    .isEqualTo(NetError.EADDRINUSE);
            assertThat(table.check(bound(2, US, 53, true).connected(US, PEER, 10)))
                    .isEqualTo(NetError.OK);
        }

        @Test
        void shouldFindTheLastFreePortAndThenNone() {
            for (int port = UdpPcbTable.FIRST_EPHEMERAL; port <= 65_535; port++) {
                if (port != 50_000) {
                    table.put(bound(port, 0, port, false));
                }
            }
            assertThat(table.ephemeralPort(() -> -7)).isEqualTo(50_000);
            table.put(bound(1, 0, 50_000, false));
            assertThat(table.ephemeralPort(() -> -7)).isZero();
        }
    }

    /** Against a list that is looked through, after any changes. */
    @Test
    void shouldFindWhatAListFinds() {
        final Seed seed = Seeds.replayable("UdpPcbTableTest");
        final List<UdpPcb> list = new ArrayList<>();
        int found = 0;
        for (int step = 0; step < 20_000; step++) {
            final long socket = seed.nextInt(12);
            if (seed.chance(0.3)) {
                table.remove(socket);
                list.removeIf(pcb -> pcb.socket() == socket);
            } else {
                UdpPcb pcb = bound(socket, seed.chance(0.5) ? US : 0, 50 + seed.nextInt(3), true);
                if (seed.chance(0.4)) {
                    pcb = pcb.connected(US, PEER, 1 + seed.nextInt(3));
                }
                if (table.check(pcb) == NetError.OK) {
                    table.put(pcb);
                    list.removeIf(other -> other.socket() == socket);
                    list.add(pcb);
                }
            }
            final int sport = 1 + seed.nextInt(4);
            final int dport = 50 + seed.nextInt(3);
            final int hash = (int) seed.nextLong();
            final Optional<UdpPcb> result = table.lookup(PEER, sport, US, dport, () -> hash);
            assertThat(result).as("step %d", step).isEqualTo(model(list, sport, dport, hash));
            found += result.isPresent() ? 1 : 0;
        }
        assertThat(found).isGreaterThan(5_000);
    }

    private static Optional<UdpPcb> model(final List<UdpPcb> list, final int sport, final int dport, final int hash) {
        for (final UdpPcb pcb : list) {
            if (pcb.lport() == dport && pcb.faddr() == PEER && pcb.fport() == sport) {
                return Optional.of(pcb);
            }
        }
        for (final int laddr : new int[] {US, 0}) {
            final List<UdpPcb> group = list.stream()
                    .filter(pcb -> !pcb.isConnected() && pcb.lport() == dport && pcb.laddr() == laddr)
                    .sorted(Comparator.comparingLong(UdpPcb::socket))
                    .toList();
            if (!group.isEmpty()) {
                return Optional.of(group.get(Math.floorMod(hash, group.size())));
            }
        }
        return Optional.empty();
    }
}
