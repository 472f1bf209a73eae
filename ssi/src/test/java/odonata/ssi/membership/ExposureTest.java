package odonata.ssi.membership;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import odonata.config.ConfigException;
import org.junit.jupiter.api.Test;

class ExposureTest {
    @Test
    void shouldAllowLoopbackWithoutSecret() {
        assertThatCode(() -> Exposure.check("127.0.0.1", Optional.empty())).doesNotThrowAnyException();
        assertThatCode(() -> Exposure.check("127.8.9.10", Optional.empty())).doesNotThrowAnyException();
        assertThatCode(() -> Exposure.check("::1", Optional.empty())).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseAnythingElseWithoutSecret() {
        assertThatThrownBy(() -> Exposure.check("0.0.0.0", Optional.empty()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("secret")
                .hasMessageContaining("127.0.0.1");
        assertThatThrownBy(() -> Exposure.check("192.168.1.7", Optional.empty()))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> Exposure.check("::", Optional.empty())).isInstanceOf(ConfigException.class);
    }

    @Test
    void shouldAllowAnythingWithASecret() {
        assertThatCode(() -> Exposure.check("0.0.0.0", Optional.of("0123456789abcdef")))
                .doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseAShortSecretEvenOnLoopback() {
        assertThatThrownBy(() -> Exposure.check("127.0.0.1", Optional.of("  short            ")))
                .hasMessageContaining("5 characters")
                .hasMessageContaining("16");
    }
}
