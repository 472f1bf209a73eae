package odonata.ssi.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.FlowCounters;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetSettings;
import odonata.actors.nic.LinkNic;
import odonata.protocol.clock.Seed;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.wire.Mbuf;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.partition.Balanced;
import odonata.testkit.Findings;
import odonata.testkit.FlowLedger;
import odonata.testkit.Invariant;
import odonata.testkit.Load;
import odonata.testkit.MessageLedger;
import odonata.testkit.RingChecker;

/**
 * A cluster in virtual time with everything that it is checked by: members, networks, clients, the checkers after every step.
 * Thread: one, the conductor's.
 */
final class SimCluster implements AutoCloseable {
    static final int CPUS = 4;
    static final LinkNic.Quality CABLE =
            new LinkNic.Quality(1_000_000_000L, 20_000, 10_000_000, 0.05, 0.1, 150_000, 0, 0);
    static final long CABLE_EMPTY_NS = 11_000_000;

    private static final int CALLER_PAUSE_NS = 4_000_000;
    private static final int FLOOD = 2;
    private static final int[] RINGS = {2, 4, 8, 16};
    private static final long QUIET_NS = 500_000_000;
    private static final long MAX_NS = 4_000_000_000L;
    private static final long MAX_STEPS = 300_000;

    final Conductor conductor = Conductor.create(CostModel.defaults());
    final Findings findings = new Findings(conductor::nowNs);
    final NetSettings netSettings = NetSettings.defaults();
    final MessageLedger messages = new MessageLedger(findings);
    final RingChecker rings = new RingChecker(findings);
    final FlowLedger flows = new FlowLedger(findings, netSettings.hash(), this::mapVersionOf);
    final Load load = new Load(messages, rings, CALLER_PAUSE_NS);
    final int ringCapacity;
    final SimControlPlane plane;
    final SimNetwork network;
    final Clients clients;

    private final Seed seed;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<SimNode> closing = new ArrayList<>();
    private final Map<Integer, Netstack> stacks = new HashMap<>();
    private long answers;
    private long loadUntilNs;

    SimCluster(final Seed seed, final SimSettings settings) {
        this.seed = seed;
        final Seed shape = seed.split(1);
        ringCapacity = shape.chance(0.5) ? 256 : RINGS[shape.nextInt(RINGS.length)];
        plane = new SimControlPlane(conductor, seed.split(2), settings, "sim", new Balanced());
        network = new SimNetwork(conductor, seed.split(3), settings);
        clients = new Clients(this, seed.split(4));
        conductor.afterEachStep(this::check);
    }

    private void check(final Cpu cpu) {
        messages.afterStep(cpu);
        rings.afterStep(cpu);
    }

    private long mapVersionOf(final int cpu) {
        return stacks.computeIfAbsent(cpu, this::stackOf).counters().get(NetCounter.MAP_VERSION);
    }

    private Netstack stackOf(final int cpu) {
        return nodes.stream()
                .flatMap(node -> Optional.ofNullable(node.stacks().get(cpu)).stream())
                .findFirst()
                .orElseThrow();
    }

    void panicked(final Cpu cpu, final Throwable cause) {
        if (nodes.stream().noneMatch(node -> node.id() == cpu.member() && node.isolated())) {
            findings.panic(cpu.toString(), cause);
        }
    }

    void answered(final Mbuf mbuf) {
        answers++;
    }

    /** Callers act until then. */
    void loadUntil(final long untilNs) {
        loadUntilNs = untilNs;
    }

    long loadUntilNs() {
        return loadUntilNs;
    }

    /** Every caller sends to all CPUs as fast as it can. */
    void flood() {
        up().forEach(node -> node.cpus().forEach(cpu -> load.flood(cpu, FLOOD)));
    }

    void join() {
        nodes.add(new SimNode(this, seed.split(1000 + nodes.size()), CPUS));
    }

    List<SimNode> nodes() {
        return nodes;
    }

    /** Members that are up, by the order in which they came. */
    List<SimNode> up() {
        return nodes.stream().filter(SimNode::up).toList();
    }

    /** True when both members know each other. */
    boolean connected(final SimNode node, final int peer) {
        return nodes.stream()
                .anyMatch(other -> other.id() == peer && other.running() && other.knows(node) && node.knows(other));
    }

    void toClose(final SimNode node) {
        closing.add(node);
    }

    /** Runs until nothing is left to do, or something is found. Akka has a timer of some seconds on every CPU: not waited for. */
    void runUntilQuiet() {
        while (!findings.any() && conductor.nextNs() - conductor.nowNs() < QUIET_NS) {
            step();
        }
    }

    private void step() {
        conductor.step();
        if (!closing.isEmpty()) {
            closing.forEach(SimNode::close);
            closing.clear();
        }
        if (conductor.steps() > MAX_STEPS || conductor.nowNs() > MAX_NS) {
            findings.report(Invariant.I34, "not quiet after %d steps", conductor.steps());
        }
    }

    /** What must hold when nothing is left to do. */
    void checkAtRest() {
        messages.atRest();
        flows.atRest();
        nodes.stream().flatMap(node -> node.cpus().stream()).forEach(rings::atRest);
        final ClusterState state = plane.state();
        findings.check(state.settled(), Invariant.I62, "buckets are still on the move: %s", state.moves());
        for (final SimNode node : nodes) {
            if (node.running()) {
                findings.check(
                        node.sum(NetCounter.HELD) == 0, Invariant.I62, "member %d still holds packets", node.id());
                findings.check(
                        node.stacks().values().stream()
                                        .mapToLong(stack ->
                                                stack.counters().sample().drops())
                                        .sum()
                                == 0,
                        Invariant.I41,
                        "member %d dropped packets",
                        node.id());
            }
        }
        if (!findings.any()) {
            checkFlowState();
        }
    }

    /** Each flow's state is on one CPU, the owner. */
    private void checkFlowState() {
        final Map<FlowKey, Integer> seen = new HashMap<>();
        for (final SimNode node : nodes) {
            if (!node.running()) {
                continue;
            }
            node.stacks().forEach((cpu, stack) -> {
                final var top = stack.topFlows(64);
                runUntilQuiet();
                if (!top.isDone()) {
                    findings.report(Invariant.I36, "cpu %d does not answer", cpu);
                    return;
                }
                for (final FlowCounters.Top flow : top.join()) {
                    final Integer other = seen.put(flow.key(), cpu);
                    findings.check(other == null, Invariant.I41, "%s is on cpu %d and on cpu %d", flow, other, cpu);
                    findings.check(
                            flows.ownerNow(flow.key()) == cpu,
                            Invariant.I41,
                            "%s is on cpu %d, not on its owner",
                            flow,
                            cpu);
                }
            });
        }
    }

    @Override
    public String toString() {
        return "rings of " + ringCapacity + ", " + plane.state().members().size() + " members and map "
                + plane.state().map().version() + " at the end, " + conductor.steps() + " steps, "
                + conductor.nowNs() / 1_000_000 + " ms, packets: " + clients.sent() + " sent, " + flows.taken()
                + " taken, "
                + flows.served() + " served (" + flows.servedElsewhere() + " elsewhere), " + flows.lost()
                + " lost with a member, " + answers + " answers; messages: " + messages.made() + " made, "
                + messages.done() + " done, " + messages.hostDowns() + " with EHOSTDOWN; " + rings.functions()
                + " functions; " + network.stalls() + " stalls";
    }

    @Override
    public void close() {
        conductor.afterEachStep(cpu -> {});
        nodes.forEach(SimNode::close);
    }
}
