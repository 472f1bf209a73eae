package odonata.node.cli;

import com.typesafe.config.Config;
import odonata.config.MemberSettings;
import odonata.node.member.AllSettings;
import odonata.ssi.membership.Exposure;

/** Finds what is wrong with a configuration before anything is started or made. */
final class Checked {
    private Checked() {}

    /** The settings of every part; fails with the first value that cannot be right or must not be. */
    static AllSettings settings(final Config config) {
        final MemberSettings member = MemberSettings.of(config);
        Exposure.check(member.bind(), Secrets.of(member));
        return AllSettings.of(config);
    }
}
