package odonata.loadgen.client;

import odonata.protocol.clock.Seed;

/** Begins what is said on a new connection. Owner: a lane. */
@FunctionalInterface
public interface Dialogs {

    /** A new one. */
    Dialog begin();

    /** Those that a workload has; {@code seed} is the lane's own. */
    static Dialogs of(final ClientSettings settings, final Seed seed) {
        return switch (settings.workload()) {
            case TCP_ECHO, CHURN -> () -> new EchoDialog((int) settings.bytes());
            case HTTP ->
                http(HttpPlan.get(
                        settings.http().path(), settings.host(), settings.http().status()));
            case BULK ->
                http(
                        settings.upload()
                                ? HttpPlan.upload(settings.bytes(), settings.host())
                                : HttpPlan.get("/bytes/" + settings.bytes(), settings.host(), 200));
            case KV -> () -> new KvDialog(settings.keyValue(), seed);
        };
    }

    private static Dialogs http(final HttpPlan plan) {
        return () -> new HttpDialog(plan);
    }
}
