package odonata.actors.netisr;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import odonata.actors.cpu.Cpu;
import odonata.actors.lwkt.Td;
import odonata.actors.nic.Nic;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.route.RouteTable;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * What the protocol threads, interrupt threads and sockets of one CPU share: its view of the bucket map, its routes, its
 * devices, its counters. Owner: the CPU's carrier, on which all of them run, so there is no lock.
 */
public final class CpuNet {
    private static final int PROTO = 9;
    private static final int DST = 16;

    private final Cpu cpu;
    private final NetSettings settings;
    private final NetCounters counters = new NetCounters();
    private final Partition partition;
    private final Mover mover;
    private final IpMport mport;
    private final PacketClassifier classifier;
    private final IcmpLimit icmpLimit;
    private final Map<Integer, Lane> lanes = new LinkedHashMap<>();
    private final Map<Integer, Nic> nics = new HashMap<>();
    private final List<Nic> sending = new ArrayList<>();
    private final IpMport.Mport netisrs = IpMport.threads(Port.NETISR);
    private RouteTable<Ifnet> routes = RouteTable.empty();
    private PacketTap tap = PacketTap.none();

    /** A protocol thread of this CPU: its port, the packets it holds, its flows if it counts any. */
    public static final class Lane {
        private final Port<NetMsg> port;
        private final HoldQueues<Msg<NetMsg.Packet>> holds;
        private final Optional<FlowCounters> flows;
        private boolean waits;
        private Predicate<BitSet> cargo = buckets -> false;

        private Lane(
                final Port<NetMsg> port,
                final HoldQueues<Msg<NetMsg.Packet>> holds,
                final Optional<FlowCounters> flows) {
            this.port = port;
            this.holds = holds;
            this.flows = flows;
        }

        /** Whether the thread holds something besides packets until buckets come. */
        public void waits(final boolean on) {
            waits = on;
        }

        /** How to find out whether the protocol has something besides flow counters that goes with some buckets ({@link NetMsg.Give}). */
        public void cargo(final Predicate<BitSet> inBuckets) {
            cargo = inBuckets;
        }

        boolean hasCargo(final BitSet buckets) {
            return cargo.test(buckets);
        }

        boolean wantsRelease() {
            return waits || holds.held() > 0;
        }

        Port<NetMsg> port() {
            return port;
        }

        HoldQueues<Msg<NetMsg.Packet>> holds() {
            return holds;
        }

        Optional<FlowCounters> flows() {
            return flows;
        }
    }

    /** The network part of {@code cpu}. */
    public CpuNet(final Cpu cpu, final NetSettings settings, final PartitionEvents events) {
        this.cpu = cpu;
        this.settings = settings;
        this.mover = new Mover(this, events);
        this.partition = new Partition(cpu.id(), mover);
        this.mport = new IpMport(partition, settings.hash());
        this.classifier = new PacketClassifier(settings.hash(), List.of(settings.network()));
        this.icmpLimit = new IcmpLimit(settings.icmpLimit());
    }

    /** The CPU. */
    public Cpu cpu() {
        return cpu;
    }

    /** The settings. */
    public NetSettings settings() {
        return settings;
    }

    /** The counters; any thread may read them. */
    public NetCounters counters() {
        return counters;
    }

    /** The CPU's view of the bucket map. */
    public Partition partition() {
        return partition;
    }

    /** The choice of protocol threads. */
    public IpMport mport() {
        return mport;
    }

    /** Flow hash in use. */
    public FlowHash hash() {
        return settings.hash();
    }

    PacketClassifier classifier() {
        return classifier;
    }

    Mover mover() {
        return mover;
    }

    /** True when a packet to {@code address} is for the cluster. */
    public boolean isLocal(final int address) {
        return address == settings.address() || Ipv4Address.isLoopback(address);
    }

    /** Sends an ICMP error about {@code cause}, unless RFC 1122 or the limit per second forbids it. */
    public void report(final Td td, final int type, final int code, final Mbuf cause) {
        if (!icmpLimit.allows(td.now())) {
            counters.count(NetCounter.ICMP_LIMITED);
            return;
        }
        IcmpError.build(settings.address(), type, code, 0, cause).ifPresent(packet -> {
            counters.count(NetCounter.ICMP_ERROR);
            output(td, Mbuf.of(packet));
        });
    }

    /** Makes the protocol thread at a port of this CPU known to hand-overs and barriers, before it is spawned. */
    public Lane enrol(final int index, final Optional<FlowCounters> flows) {
        final HoldQueues<Msg<NetMsg.Packet>> holds = new HoldQueues<>(
                partition,
                msg -> msg.command().bucket(),
                msg -> msg.command().mapVersion(),
                settings.holdMax(),
                cpu::putAside);
        final Lane lane = new Lane(new Port<>(cpu.id(), index), holds, flows);
        lanes.put(index, lane);
        return lane;
    }

    List<Lane> lanes() {
        return List.copyOf(lanes.values());
    }

    /** Flows of the protocol thread that serves {@code proto}. */
    Optional<FlowCounters> flowsOf(final int proto) {
        return Optional.ofNullable(lanes.get(mport.index(proto))).flatMap(Lane::flows);
    }

    /** The busiest flows of this CPU, most packets first. */
    public List<FlowCounters.Top> topFlows(final int n) {
        return lanes.values().stream()
                .flatMap(lane -> lane.flows().stream())
                .flatMap(flows -> flows.top(n).stream())
                .sorted(Comparator.comparingLong(
                                (FlowCounters.Top top) -> top.stats().packets())
                        .reversed())
                .limit(n)
                .toList();
    }

    /** Brings the levels among the counters up to date. */
    void refreshLevels() {
        long held = 0;
        long flows = 0;
        long evicted = 0;
        for (final Lane lane : lanes.values()) {
            held += lane.holds().held();
            flows += lane.flows().map(FlowCounters::size).orElse(0);
            evicted += lane.flows().map(FlowCounters::evicted).orElse(0L);
        }
        counters.set(NetCounter.HELD, held);
        counters.set(NetCounter.FLOWS, flows);
        counters.set(NetCounter.FLOWS_EVICTED, evicted);
        counters.set(NetCounter.MAP_VERSION, partition.version());
    }

    /** Shows every packet served from now on to {@code newTap}. */
    public void tap(final PacketTap newTap) {
        tap = newTap;
    }

    PacketTap tap() {
        return tap;
    }

    /** Replaces the routes; a reader sees the old or the new ones. */
    public void routes(final RouteTable<Ifnet> table) {
        routes = table;
    }

    /** The routes in use. */
    public RouteTable<Ifnet> routes() {
        return routes;
    }

    /** Adds a device of this CPU; a route to it is added apart. */
    public void attach(final Nic nic) {
        nics.put(nic.ifIndex(), nic);
    }

    /** Removes a device of this CPU. */
    public void detach(final Nic nic) {
        nics.remove(nic.ifIndex(), nic);
        sending.remove(nic);
    }

    /** Sends a packet to the protocol thread that owns it, wherever that is; a malformed one is counted and freed. */
    void dispatch(final Td td, final Mbuf mbuf) {
        final long classified = classifier.classify(mbuf);
        final IpClass ipClass = PacketClassifier.classOf(classified);
        if (!ipClass.accepted()) {
            counters.count(NetCounter.of(ipClass));
            return;
        }
        final int bucket = IpMport.bucketOf(classified);
        final int proto = NetOrder.getByte(mbuf.data(), mbuf.offset() + PROTO);
        final Port<NetMsg> port = mport.port(ipClass, proto, bucket);
        if (port.isNone()) {
            counters.count(NetCounter.DROP_NOOWNER);
            return;
        }
        td.sendMsg(port, td.initMsg(new NetMsg.Packet(mbuf, bucket, partition.version()), Port.none()));
    }

    /** Sends a packet made here by the route to its destination: {@code ip_output}. */
    public void output(final Td td, final Mbuf mbuf) {
        final Optional<Ifnet> route = routes.lookup(NetOrder.getInt(mbuf.data(), mbuf.offset() + DST));
        if (route.isEmpty()) {
            counters.count(NetCounter.NOROUTE);
            return;
        }
        counters.count(NetCounter.OUTPUT);
        final Ifnet to = route.get();
        if (to.cpu() == cpu.id()) {
            transmit(mbuf, to.ifIndex());
        } else {
            counters.count(NetCounter.OUTPUT_REMOTE);
            td.sendMsg(netisr(to.cpu()), td.initMsg(new NetMsg.Output(mbuf, to.ifIndex()), Port.none()));
        }
    }

    /** Sends a packet by a device of this CPU. */
    void transmit(final Mbuf mbuf, final int ifIndex) {
        final Nic nic = nics.get(ifIndex);
        if (nic == null || !nic.transmit(mbuf, cpu.clock().nowNs())) {
            counters.count(NetCounter.OUTPUT_DROPPED);
            return;
        }
        if (!sending.contains(nic)) {
            sending.add(nic);
        }
    }

    /** Has the devices send what they gathered: the work of a rollup. */
    public void flush() {
        for (int i = 0; i < sending.size(); i++) {
            sending.get(i).flush();
        }
        sending.clear();
    }

    Port<NetMsg> netisr(final int target) {
        return netisrs.on(target);
    }
}
