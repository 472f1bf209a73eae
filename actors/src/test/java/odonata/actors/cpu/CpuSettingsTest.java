package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSettingsTest {

    @Test
    void shouldReadTheDefaults() {
        assertThat(CpuSettings.defaults().ringCapacity()).isEqualTo(256);
        assertThat(CpuSettings.defaults().accounting()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 256, 65_536})
    void shouldTakeRingsOfEachPowerOfTwoInRange(final int capacity) {
        assertThat(CpuSettings.from(ConfigFactory.parseString("lwkt.ipiq.capacity = " + capacity)
                                .withFallback(ConfigFactory.defaultReference()))
                        .ringCapacity())
                .isEqualTo(capacity);
    }

    @ParameterizedTest
    @CsvSource({
        "lwkt.ipiq.capacity,300",
        "lwkt.ipiq.capacity,8",
        "lwkt.ipiq.capacity,131072",
        "lwkt.ipiq.uplink-capacity,8",
        "lwkt.ipiq.batch,0",
        "lwkt.throughput,0",
        "lwkt.turn,5000",
        "lwkt.idle.spins,-1",
        "lwkt.idle.yields,-1",
        "lwkt.port.highwater,0",
        "lwkt.port.rollup-batch,0",
        "lwkt.inbox.capacity,1000"
    })
    void shouldRefuseNamingKeyValueAndRange(final String key, final int value) {
        assertThatThrownBy(() -> CpuSettings.from(
                        ConfigFactory.parseString(key + " = " + value).withFallback(ConfigFactory.defaultReference())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("" + value)
                .hasMessageContaining("..");
    }
}
