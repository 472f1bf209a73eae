package odonata.protocol.ip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import odonata.protocol.clock.Seed;
import odonata.protocol.clock.Seeds;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4AddressTest {
    @Test
    void shouldPutFirstOctetInHighByte() {
        assertThat(Ipv4Address.parse("192.168.1.20")).isEqualTo(0xc0a8_0114);
        assertThat(Ipv4Address.format(0xc0a8_0114)).isEqualTo("192.168.1.20");
    }

    @Test
    void shouldReadWhatItWrites() {
        final Seed seed = Seeds.replayable("address");
        for (int i = 0; i < 1_000; i++) {
            final int address = (int) seed.nextLong();
            assertThat(Ipv4Address.parse(Ipv4Address.format(address))).isEqualTo(address);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.-4",
                "1.2.3.04",
                "1..3.4",
                "1.2.3.4 ",
                "a.b.c.d",
                "1.2.3.1000"
            })
    void shouldRejectEverythingElse(final String text) {
        assertThatThrownBy(() -> Ipv4Address.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not an IPv4 address: '" + text + "', want four numbers 0..255 like 10.0.0.1");
    }

    @Test
    void shouldKnowKindsOfAddresses() {
        assertThat(Ipv4Address.isMulticast(Ipv4Address.parse("224.0.0.0"))).isTrue();
        assertThat(Ipv4Address.isMulticast(Ipv4Address.parse("239.255.255.255")))
                .isTrue();
        assertThat(Ipv4Address.isMulticast(Ipv4Address.parse("240.0.0.0"))).isFalse();
        assertThat(Ipv4Address.isMulticast(Ipv4Address.parse("223.255.255.255")))
                .isFalse();
        assertThat(Ipv4Address.isBroadcast(Ipv4Address.parse("255.255.255.255")))
                .isTrue();
        assertThat(Ipv4Address.isLoopback(Ipv4Address.parse("127.3.2.1"))).isTrue();
        assertThat(Ipv4Address.isUnicast(Ipv4Address.parse("223.1.1.1"))).isTrue();
        assertThat(Ipv4Address.isUnicast(Ipv4Address.parse("0.1.1.1"))).isFalse();
        assertThat(Ipv4Address.isUnicast(Ipv4Address.parse("224.0.0.1"))).isFalse();
        assertThat(Ipv4Address.isUnicast(Ipv4Address.BROADCAST)).isFalse();
    }

    @Nested
    class Prefix {
        private final Ipv4Prefix net = Ipv4Prefix.parse("10.1.2.0/23");

        @Test
        void shouldHoldItsAddressesOnly() {
            assertThat(net.contains(Ipv4Address.parse("10.1.2.0"))).isTrue();
            assertThat(net.contains(Ipv4Address.parse("10.1.3.255"))).isTrue();
            assertThat(net.contains(Ipv4Address.parse("10.1.4.0"))).isFalse();
            assertThat(net.contains(Ipv4Address.parse("10.1.1.255"))).isFalse();
            assertThat(Ipv4Prefix.ALL.contains(-1)).isTrue();
        }

        @Test
        void shouldKnowItsBroadcastAddress() {
            assertThat(net.isBroadcast(Ipv4Address.parse("10.1.3.255"))).isTrue();
            assertThat(net.isBroadcast(Ipv4Address.parse("10.1.2.255"))).isFalse();
            assertThat(Ipv4Prefix.parse("10.0.0.0/31").isBroadcast(0x0a00_0001)).isFalse();
            assertThat(Ipv4Prefix.parse("10.0.0.1").isBroadcast(0x0a00_0001)).isFalse();
        }

        @Test
        void shouldReadWhatItWrites() {
            assertThat(net.toString()).isEqualTo("10.1.2.0/23");
            assertThat(Ipv4Prefix.parse("1.2.3.4")).isEqualTo(new Ipv4Prefix(0x0102_0304, 32));
            assertThat(Ipv4Prefix.around(0x0102_0304, 24).toString()).isEqualTo("1.2.3.0/24");
            assertThat(Ipv4Prefix.around(0x0102_0304, 0)).isEqualTo(Ipv4Prefix.ALL);
        }

        @Test
        void shouldRejectBitsAfterThePrefix() {
            assertThatThrownBy(() -> Ipv4Prefix.parse("10.1.2.1/23"))
                    .hasMessage("bits set after the prefix: 10.1.2.1/23");
        }

        @ParameterizedTest
        @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/a", "10.0.0.0/8/8", "/8"})
        void shouldRejectEverythingElse(final String text) {
            assertThatThrownBy(() -> Ipv4Prefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
