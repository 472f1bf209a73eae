package odonata.protocol.ip;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.protocol.ip.IpInput.Verdict;
import odonata.protocol.wire.Mbuf;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpInputTest {
    private static final String US = "10.77.77.1";
    private static final String HOST = "10.9.9.9";

    private final IpInput input = new IpInput(Ipv4Prefix.parse("10.77.77.0/24"));

    private static Mbuf packet(final String src, final String dst, final int proto, final int... options) {
        final byte[] bytes = new byte[20 + options.length + 40];
        for (int i = 0; i < options.length; i++) {
            bytes[20 + i] = (byte) options[i];
        }
        new Ipv4Header()
                .wrap(bytes, 0, bytes.length)
                .init(proto, Ipv4Address.parse(src), Ipv4Address.parse(dst), bytes.length)
                .headerLength(20 + options.length)
                .putChecksum();
        return Mbuf.of(bytes);
    }

    private Verdict udp(final String src, final String dst) {
        return input.check(packet(src, dst, IpProto.UDP), false);
    }

    /** RFC 1122 section 3.2.1.3. */
    @Nested
    class Addresses {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "127.0.0.1",
                    "224.0.0.1",
                    "240.0.0.1",
                    "255.255.255.255",
                    "10.77.77.255",
                    "0.0.0.0",
                    "0.1.2.3"
                })
        void shouldRefuseSourcesThatAreNoHost(final String src) {
            assertThat(udp(src, US)).isEqualTo(Verdict.MARTIAN);
        }

        @ParameterizedTest
        @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "240.0.0.1", "0.0.0.0", "0.1.2.3"})
        void shouldRefuseDestinationsThatAreNowhere(final String dst) {
            assertThat(udp(HOST, dst)).isEqualTo(Verdict.MARTIAN);
        }

        @ParameterizedTest
        @ValueSource(strings = {US, "10.1.1.1", "224.0.0.251", "255.255.255.255", "10.77.77.255", "10.77.78.255"})
        void shouldAcceptHostsGroupsAndTheBroadcastsOfTheLink(final String dst) {
            assertThat(udp(HOST, dst)).isEqualTo(Verdict.ACCEPT);
        }

        @Test
        void shouldLetAHostWithoutAddressAskEverybody() {
            assertThat(udp("0.0.0.0", "255.255.255.255")).isEqualTo(Verdict.ACCEPT);
        }

        @Test
        void shouldLetLoopbackPassOnlyWhenItCameFromHere() {
            assertThat(input.check(packet("127.0.0.1", "127.0.0.1", IpProto.UDP), true))
                    .isEqualTo(Verdict.ACCEPT);
            assertThat(input.check(packet(US, US, IpProto.UDP), true)).isEqualTo(Verdict.ACCEPT);
            assertThat(udp(US, US)).isEqualTo(Verdict.MARTIAN);
        }

        /** RFC 1122 section 4.2.3.10. */
        @ParameterizedTest
        @ValueSource(strings = {"224.0.0.1", "255.255.255.255", "10.77.77.255"})
        void shouldRefuseTcpToMany(final String dst) {
            assertThat(input.check(packet(HOST, dst, IpProto.TCP), false)).isEqualTo(Verdict.MARTIAN);
        }
    }

    /** RFC 1122 section 3.2.1.8. */
    @Nested
    class Options {
        private Verdict with(final int... options) {
            return input.check(packet(HOST, US, IpProto.UDP, options), false);
        }

        @Test
        void shouldStepOverOptionsItDoesNotKnow() {
            assertThat(with(1, 1, 1, 0)).isEqualTo(Verdict.ACCEPT);
            assertThat(with(7, 7, 4, 0, 0, 0, 0, 1)).isEqualTo(Verdict.ACCEPT);
            assertThat(with(99, 4, 9, 9)).isEqualTo(Verdict.ACCEPT);
            assertThat(with(0, 131, 3, 4)).isEqualTo(Verdict.ACCEPT);
        }

        @Test
        void shouldRefuseSourceRoutes() {
            assertThat(with(1, 131, 7, 4, 1, 2, 3, 4)).isEqualTo(Verdict.SOURCE_ROUTE);
            assertThat(with(137, 3, 4, 0)).isEqualTo(Verdict.SOURCE_ROUTE);
        }

        @Test
        void shouldPointAtWhatContradictsItself() {
            assertThat(with(7, 1, 0, 0)).isEqualTo(Verdict.BAD_OPTIONS);
            assertThat(input.pointer()).isEqualTo(20);
            assertThat(with(148, 4, 0, 0, 7, 9, 0, 0)).isEqualTo(Verdict.BAD_OPTIONS);
            assertThat(input.pointer()).isEqualTo(24);
            assertThat(with(1, 1, 1, 7)).isEqualTo(Verdict.BAD_OPTIONS);
        }
    }

    /** RFC 1122 section 3.2.1.7: a host may not refuse what has arrived. */
    @Test
    void shouldNotLookAtTheTimeToLive() {
        final Mbuf mbuf = packet(HOST, US, IpProto.UDP);
        new Ipv4Header().wrap(mbuf.data(), 0, mbuf.length()).ttl(0).putChecksum();
        assertThat(input.check(mbuf, false)).isEqualTo(Verdict.ACCEPT);
    }
}
