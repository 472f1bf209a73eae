package odonata.loadgen;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.flow.FlowKey;

/**
 * A fixed set of flows from the clients of a prefix to one service, and the choice of a flow for each request.
 *
 * <p>Thread: one owner. The same settings and seed give the same flows in the same order.
 */
public final class Workload {
    /** Protocol number of UDP. */
    public static final int UDP = 17;

    /** First port of the ranges that step through ports; the dynamic range of RFC 6335 begins here. */
    static final int FIRST_PORT = 49_152;

    /** Client ports for flows chosen at random: everything above the well-known ones. */
    private static final int RANDOM_PORT_BASE = 1_024;

    private static final int RANDOM_PORTS = 65_536 - RANDOM_PORT_BASE;
    private static final int ATTACK_BUCKET = 0;
    private static final int ATTEMPTS_PER_FLOW = 100_000;

    private final FlowKey[] flows;
    private final double[] cumulative;
    private final Seed seed;

    private Workload(final FlowKey[] flows, final double[] cumulative, final Seed seed) {
        this.flows = flows;
        this.cumulative = cumulative;
        this.seed = seed;
    }

    /**
     * Flows of the given kind.
     *
     * @param settings number of flows, client prefix, service address and port, exponent
     * @param attacked the hash that an {@link WorkloadKind#ATTACK} knows
     * @param seed source of clients, ports and choices
     */
    public static Workload of(final LoadSettings settings, final FlowHash attacked, final Seed seed) {
        final Seed flowSeed = seed.split(1);
        final FlowKey[] flows =
                switch (settings.workload()) {
                    case UNIFORM, ZIPF -> distinct(settings, () -> randomFlow(settings, flowSeed));
                    case CONSECUTIVE -> stepping(settings, 1);
                    case EVEN -> stepping(settings, 2);
                    case ATTACK -> distinct(settings, () -> attackFlow(settings, attacked, flowSeed));
                };
        final double exponent = settings.workload() == WorkloadKind.ZIPF ? settings.zipfExponent() : 0;
        return new Workload(flows, cumulative(flows.length, exponent), seed.split(2));
    }

    /** Number of distinct flows. */
    public int size() {
        return flows.length;
    }

    /** Flow {@code index}, {@code 0..size()-1}. */
    public FlowKey flow(final int index) {
        return flows[index];
    }

    /** Index of the flow of the next request. */
    public int next() {
        final int found = Arrays.binarySearch(cumulative, seed.nextDouble());
        return Math.min(found >= 0 ? found + 1 : -found - 1, flows.length - 1);
    }

    private static FlowKey[] distinct(final LoadSettings settings, final Supplier<FlowKey> draw) {
        final Set<FlowKey> seen = new HashSet<>();
        final FlowKey[] flows = new FlowKey[settings.flows()];
        int attempts = 0;
        for (int i = 0; i < flows.length; ) {
            final FlowKey flow = draw.get();
            if (seen.add(flow)) {
                flows[i++] = flow;
                attempts = 0;
            } else if (++attempts == ATTEMPTS_PER_FLOW) {
                throw new IllegalArgumentException("flows=" + settings.flows() + " are more than the client prefix "
                        + settings.clients() + " gives; ask for fewer flows or a wider prefix");
            }
        }
        return flows;
    }

    private static FlowKey randomFlow(final LoadSettings settings, final Seed seed) {
        return settings.flowFrom(settings.randomClient(seed), RANDOM_PORT_BASE + seed.nextInt(RANDOM_PORTS));
    }

    private static FlowKey attackFlow(final LoadSettings settings, final FlowHash attacked, final Seed seed) {
        for (int i = 0; i < ATTEMPTS_PER_FLOW; i++) {
            final FlowKey flow = randomFlow(settings, seed);
            if (BucketMap.bucketOf(attacked.hash(flow)) == ATTACK_BUCKET) {
                return flow;
            }
        }
        throw new IllegalArgumentException("no client of " + settings.clients() + " hashes to bucket " + ATTACK_BUCKET
                + " under '" + attacked.name() + "'; widen the client prefix");
    }

    private static FlowKey[] stepping(final LoadSettings settings, final int step) {
        final int room = (65_536 - FIRST_PORT) / step;
        if (settings.flows() > room) {
            throw new IllegalArgumentException("flows=" + settings.flows() + " exceeds the " + room
                    + " ports that one client has with step " + step);
        }
        final FlowKey[] flows = new FlowKey[settings.flows()];
        Arrays.setAll(flows, i -> settings.flowFrom(settings.firstClient(), FIRST_PORT + i * step));
        return flows;
    }

    private static double[] cumulative(final int count, final double exponent) {
        final double[] sums = new double[count];
        double sum = 0;
        for (int k = 0; k < count; k++) {
            sum += Math.pow(k + 1.0, -exponent);
            sums[k] = sum;
        }
        for (int k = 0; k < count; k++) {
            sums[k] /= sum;
        }
        return sums;
    }
}
