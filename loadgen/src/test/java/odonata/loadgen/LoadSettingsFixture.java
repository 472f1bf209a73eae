package odonata.loadgen;

import odonata.loadgen.openloop.Arrivals;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Prefix;

/** Settings for tests: a short, fast run that each test changes where it must. */
final class LoadSettingsFixture {
    static final int SERVICE = Ipv4Address.parse("10.77.77.1");

    private LoadSettingsFixture() {}

    static LoadSettings of(final WorkloadKind kind, final int flows) {
        return of(kind, flows, Arrivals.FIXED, 1_000, 1, 2);
    }

    static LoadSettings of(
            final WorkloadKind kind,
            final int flows,
            final Arrivals arrivals,
            final double rate,
            final double warmupSeconds,
            final double seconds) {
        return new LoadSettings(
                kind,
                flows,
                1.1,
                arrivals,
                rate,
                64,
                warmupSeconds,
                seconds,
                0.5,
                0.2,
                7,
                "dragonfly",
                Ipv4Prefix.parse("10.88.0.0/16"),
                SERVICE,
                7);
    }
}
