package odonata.ssi.sim;

import java.util.List;
import odonata.protocol.clock.Seed;
import odonata.testkit.Findings.Finding;

/**
 * One run: four members join, clients and callers load them, then by chance one member crashes, one drains, one more joins and all flood each
 * other; it ends when nothing is left to do.
 */
final class Scenario {
    private static final int MEMBERS = 4;
    private static final int PACKETS = 400;
    private static final int MS = 1_000_000;
    private static final long LOAD_UNTIL_NS = 140L * MS;

    private final long number;
    private final Seed seed;
    private final SimSettings settings;
    private SimNetwork.Fault fault = SimNetwork.Fault.NONE;
    private List<Finding> findings = List.of();
    private long traceHash;
    private long steps;
    private long hostDowns;
    private long lost;
    private long stalls;
    private String told = "";

    Scenario(final long number, final SimSettings settings) {
        this.number = number;
        this.seed = Seed.of(number);
        this.settings = settings;
    }

    /** The same with a defect in the network between members. */
    Scenario with(final SimNetwork.Fault defect) {
        fault = defect;
        return this;
    }

    void play() {
        try (SimCluster cluster = new SimCluster(seed, settings)) {
            cluster.network.sabotage(fault);
            cluster.loadUntil(LOAD_UNTIL_NS);
            plan(cluster, seed.split(2));
            cluster.runUntilQuiet();
            if (!cluster.findings.any()) {
                cluster.checkAtRest();
            }
            findings = cluster.findings.first();
            traceHash = cluster.conductor.traceHash();
            steps = cluster.conductor.steps();
            hostDowns = cluster.messages.hostDowns();
            lost = cluster.flows.lost();
            stalls = cluster.network.stalls();
            told += cluster.toString();
        }
    }

    private void plan(final SimCluster cluster, final Seed chance) {
        for (int i = 0; i < MEMBERS; i++) {
            at(cluster, chance, 0, i == 0 ? 1 : 30, cluster::join);
        }
        cluster.clients.send(PACKETS, 10L * MS, LOAD_UNTIL_NS);
        if (chance.chance(0.5)) {
            at(cluster, chance, 40, 80, cluster::flood);
        }
        final int victim = chance.nextInt(MEMBERS);
        if (chance.chance(0.8)) {
            at(cluster, chance, 45, 100, () -> crash(cluster, victim));
        }
        if (chance.chance(0.5)) {
            at(cluster, chance, 50, 110, () -> drain(cluster, chance.nextInt(MEMBERS)));
        }
        if (chance.chance(0.7)) {
            at(cluster, chance, 50, 110, cluster::join);
        }
    }

    private static void at(
            final SimCluster cluster, final Seed chance, final int fromMs, final int untilMs, final Runnable event) {
        cluster.conductor.at((long) fromMs * MS + chance.nextInt((untilMs - fromMs) * MS), event);
    }

    private void crash(final SimCluster cluster, final int victim) {
        final List<SimNode> up = cluster.up();
        if (up.size() > 1) {
            final SimNode node = up.get(victim % up.size());
            told += "member " + node.id() + " crashes at " + cluster.conductor.nowNs() / MS + " ms; ";
            node.crash();
        }
    }

    private void drain(final SimCluster cluster, final int leaver) {
        final List<SimNode> up = cluster.up();
        if (up.size() > 1) {
            final SimNode node = up.get(leaver % up.size());
            told += "member " + node.id() + " drains at " + cluster.conductor.nowNs() / MS + " ms; ";
            final var unused = up.get((leaver + 1) % up.size()).control().drain(node.id());
        }
    }

    List<Finding> findings() {
        return findings;
    }

    long traceHash() {
        return traceHash;
    }

    long steps() {
        return steps;
    }

    /** Calls that failed because a member on their way was gone. */
    long hostDowns() {
        return hostDowns;
    }

    /** Packets lost with a member. */
    long lost() {
        return lost;
    }

    /** Times that a sender found no credit. */
    long stalls() {
        return stalls;
    }

    @Override
    public String toString() {
        return "seed " + number + ": " + told;
    }
}
