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
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.ip.HostCache;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.IpIdent;
import odonata.protocol.ip.IpInput;
import odonata.protocol.ip.IpOutput;
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
    private static final int LOOPBACK_IF = 0x7fff_fffe;

    private final Cpu cpu;
    private final NetSettings settings;
    private final NetCounters counters = new NetCounters();
    private final Partition partition;
    private final Mover mover;
    private final IpMport mport;
    private final PacketClassifier classifier;
    private final IcmpLimit icmpLimit;
    private final IpInput ipInput;
    private final IpOutput ipOutput;
    private final HostCache hostCache = new HostCache();
    private final Map<Integer, Lane> lanes = new LinkedHashMap<>();
    private final Map<Integer, Nic> nics = new HashMap<>();
    private final List<Nic> sending = new ArrayList<>();
    private final IpMport.Mport netisrs = IpMport.threads(Port.NETISR);
    private RouteTable<Ifnet> routes = RouteTable.empty();
    private PacketTap tap = PacketTap.none();
    private int nextBucket;

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
        this.ipInput = new IpInput(settings.network());
        this.ipOutput =
                new IpOutput(new IpIdent(cpu.id(), Seed.of(settings.identSeed()).split(cpu.id())));
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

    /** True when {@code address} stands for many hosts of this link or of anywhere. */
    boolean isToMany(final int address) {
        return ipInput.isToMany(address);
    }

    /** Address that a packet to {@code dst} is sent from. */
    public int sourceFor(final int dst) {
        return Ipv4Address.isLoopback(dst) ? Ipv4Address.LOOPBACK : settings.address();
    }

    /** Bytes that get to {@code dst} in one packet, as far as this CPU knows; 0 when no route leads there. */
    public int pathMtu(final int dst) {
        if (isLocal(dst)) {
            return Ifnet.MAX_MTU;
        }
        return routes.lookup(dst)
                .map(to -> hostCache.mtu(dst, to.mtu(), cpu.clock().nowNs()))
                .orElse(0);
    }

    /**
     * A router could not pass on what {@code notice} says, and an endpoint of this CPU did send it: the path is narrower from now on.
     *
     * @return the new MTU of the path; -1 when nothing changes
     */
    public int tooBig(final IcmpNotice notice) {
        final int dst = notice.flow().dst();
        final boolean possible = notice.length() <= pathMtu(dst) && !isLocal(dst);
        final int mtu = possible
                ? hostCache.tooBig(
                        dst, notice.mtu(), notice.length(), cpu.clock().nowNs())
                : -1;
        if (mtu >= 0) {
            counters.count(NetCounter.PMTU_LOWERED);
        }
        return mtu;
    }

    /** Sends an ICMP error about {@code cause}, unless RFC 1122 or the limit per second forbids it; see {@link IcmpError#build}. */
    public void report(final Td td, final int type, final int code, final Mbuf cause) {
        report(td, type, code, 0, cause);
    }

    /** The same with a second word of the header. */
    void report(final Td td, final int type, final int code, final int rest, final Mbuf cause) {
        if (!isLocal(NetOrder.getInt(cause.data(), cause.offset() + DST)) || !IcmpError.mayReport(cause)) {
            counters.count(NetCounter.ICMP_OLDICMP);
        } else if (!icmpLimit.allows(td.now())) {
            counters.count(NetCounter.ICMP_LIMITED);
        } else {
            IcmpError.build(settings.address(), type, code, rest, cause).ifPresent(packet -> {
                counters.count(NetCounter.ICMP_ERROR);
                output(td, Mbuf.of(packet));
            });
        }
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

    /** A packet from a device of this CPU: {@code ip_input}. What cannot be meant is counted and freed. */
    void input(final Td td, final Mbuf mbuf) {
        input(td, mbuf, false);
    }

    private void input(final Td td, final Mbuf mbuf, final boolean ours) {
        counters.count(NetCounter.INPUT);
        final long classified = classifier.classify(mbuf);
        final IpClass ipClass = PacketClassifier.classOf(classified);
        if (!ipClass.accepted()) {
            counters.count(NetCounter.of(ipClass));
            return;
        }
        switch (ipInput.check(mbuf, ours)) {
            case ACCEPT -> dispatch(td, mbuf, classified);
            case MARTIAN -> counters.count(NetCounter.DROP_BADADDR);
            case BAD_OPTIONS -> {
                counters.count(NetCounter.DROP_BADOPTIONS);
                report(td, IcmpHeader.PARAMETER_PROBLEM, 0, ipInput.pointer() << 24, mbuf);
            }
            case SOURCE_ROUTE -> {
                counters.count(NetCounter.DROP_SOURCEROUTE);
                report(td, IcmpHeader.UNREACHABLE, IcmpHeader.SOURCE_ROUTE_FAILED, mbuf);
            }
        }
    }

    /** A datagram that was put together: its fragments have been looked at, what they carry has not. */
    void dispatch(final Td td, final Mbuf whole) {
        final long classified = classifier.classify(whole);
        final IpClass ipClass = PacketClassifier.classOf(classified);
        if (ipClass.accepted()) {
            dispatch(td, whole, classified);
        } else {
            counters.count(NetCounter.of(ipClass));
        }
    }

    /** Forgets what ICMP said of paths; on the carrier. */
    public void purgeHostCache() {
        hostCache.clear();
    }

    /** Sends a packet to the protocol thread that owns it, wherever that is. */
    private void dispatch(final Td td, final Mbuf mbuf, final long classified) {
        final int bucket = bucketOf(classified);
        final int proto = NetOrder.getByte(mbuf.data(), mbuf.offset() + PROTO);
        final Port<NetMsg> port = mport.port(PacketClassifier.classOf(classified), proto, bucket);
        if (port.isNone()) {
            counters.count(NetCounter.DROP_NOOWNER);
            return;
        }
        td.sendMsg(port, td.initMsg(new NetMsg.Packet(mbuf, bucket, partition.version()), Port.none()));
    }

    /** By the flow's hash, or for UDP one after the other (R35). */
    private int bucketOf(final long classified) {
        if (settings.udpRoundRobin() && PacketClassifier.classOf(classified) == IpClass.UDP) {
            nextBucket = (nextBucket + 1) % BucketMap.BUCKETS;
            return nextBucket;
        }
        return IpMport.bucketOf(classified);
    }

    /** True when a packet that was classified may be in {@code bucket}. */
    boolean mayBeIn(final int bucket, final long classified) {
        return (settings.udpRoundRobin() && PacketClassifier.classOf(classified) == IpClass.UDP)
                ? bucket < BucketMap.BUCKETS
                : bucket == IpMport.bucketOf(classified);
    }

    /** True for a whole UDP datagram. */
    public boolean isUdp(final Mbuf mbuf) {
        final IpClass ipClass = PacketClassifier.classOf(classifier.classify(mbuf));
        return ipClass == IpClass.UDP || ipClass == IpClass.MULTICAST;
    }

    /**
     * Sends a packet made here: {@code ip_output}, through which every packet leaves. It has a header with addresses, protocol, type of
     * service, time to live, DF and length; identification and header checksum are made here, and fragments when the path is too
     * narrow. Nothing is forwarded for others.
     *
     * @param mbuf the packet; its bytes are no more the caller's
     * @return ENETUNREACH without a route, EMSGSIZE when it is too long for its path and has DF, ENOBUFS when a device of this CPU lost it
     */
    public NetError output(final Td td, final Mbuf mbuf) {
        final int dst = NetOrder.getInt(mbuf.data(), mbuf.offset() + DST);
        if (isLocal(dst)) {
            return ipOutput.output(mbuf, Ifnet.MAX_MTU, packet -> loopback(td, packet));
        }
        final Optional<Ifnet> route = routes.lookup(dst);
        if (route.isEmpty()) {
            counters.count(NetCounter.NOROUTE);
            return NetError.ENETUNREACH;
        }
        final Ifnet to = route.get();
        final int mtu = hostCache.mtu(dst, to.mtu(), td.now());
        final long lost = counters.get(NetCounter.OUTPUT_DROPPED);
        final boolean cut = mbuf.length() > mtu;
        final NetError error = ipOutput.output(mbuf, mtu, packet -> {
            counters.add(NetCounter.OUT_FRAGMENTS, cut ? 1 : 0);
            send(td, packet, to);
        });
        if (error != NetError.OK) {
            counters.count(NetCounter.CANTFRAG);
            return error;
        }
        counters.count(NetCounter.OUTPUT);
        counters.add(NetCounter.FRAGMENTED, cut ? 1 : 0);
        return counters.get(NetCounter.OUTPUT_DROPPED) == lost ? NetError.OK : NetError.ENOBUFS;
    }

    /** What is for this system itself comes in again, without a wire. */
    private void loopback(final Td td, final Mbuf packet) {
        counters.count(NetCounter.OUTPUT_LOOPBACK);
        input(td, new Mbuf(packet.data(), packet.offset(), packet.length(), LOOPBACK_IF, td.now()), true);
    }

    private void send(final Td td, final Mbuf mbuf, final Ifnet to) {
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
