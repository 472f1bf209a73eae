package odonata.loadgen;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import odonata.loadgen.client.ClientSettings;

/** Which flows the requests belong to, and how often each. */
public enum WorkloadKind {
    /** Random clients and ports, each flow as likely as the others. */
    UNIFORM,
    /** Random clients and ports; the k-th flow is asked with a frequency of 1/k^s. */
    ZIPF,
    /** One client that opens one port after the other, as a busy proxy does. */
    CONSECUTIVE,
    /** One client that uses even ports only, as some kernels hand them out: the worst case of a plain XOR hash. */
    EVEN,
    /** Flows chosen so that the hash under attack puts all of them into one bucket. */
    ATTACK;

    /** The kind of that name, in any case; the message of the exception names all, those of TCP too. */
    public static WorkloadKind byName(final String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.label().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "workload=" + name + " is not one of " + names() + ", " + ClientSettings.Workload.names()));
    }

    /** Names of all kinds, comma separated. */
    public static String names() {
        return Arrays.stream(values()).map(WorkloadKind::label).collect(Collectors.joining(", "));
    }

    /** Lower-case name, as on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
