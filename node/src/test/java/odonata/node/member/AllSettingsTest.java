package odonata.node.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;
import odonata.config.Layers;
import odonata.config.MemberSettings;
import odonata.config.Profiles;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Here, because only this module has every {@code reference.conf} whose keys a profile may set. */
class AllSettingsTest {
    @TestFactory
    List<DynamicTest> shouldAcceptTheProfile() {
        return Profiles.NAMES.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    final Config config =
                            Layers.of(Map.of(), Map.of(), Profiles.load(name)).effective();
                    assertThat(AllSettings.of(config).wire().ring()).isPositive();
                    assertThat(MemberSettings.of(config).loopback()).isTrue();
                }))
                .toList();
    }
}
