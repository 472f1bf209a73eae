package odonata.actors.netisr;

import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import odonata.actors.cpu.Cpu;
import odonata.actors.lwkt.Td;
import odonata.actors.nic.Nic;
import odonata.actors.nic.NicLine;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowHash;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.ip.HostCache;
import odonata.protocol.ip.IpIdent;
import odonata.protocol.ip.IpOutput;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.route.RouteTable;
import odonata.protocol.tcp.TcpSegmenter;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * What the protocol threads, interrupt threads and sockets of one CPU share: its view of the bucket map, its routes, its
 * devices, its counters. Owner: the CPU's carrier, on which all of them run, so there is no lock.
 */
public final class CpuNet {
    private static final int FRAGMENT = 6;
    private static final int DST = 16;
    private static final int LOOPBACK_IF = 0x7fff_fffe;

    private final Cpu cpu;
    private final NetSettings settings;
    private final NetCounters counters = new NetCounters();
    private final Partition partition;
    private final Mover mover;
    private final IpMport mport;
    private final IpDemux demux;
    private final Ifnets ifnets;
    private final NetKnobs knobs;
    private final IcmpLimit icmpLimit = new IcmpLimit();
    private final IpOutput ipOutput;
    private final HostCache hostCache = new HostCache();
    private final Map<Integer, Lane> lanes = new LinkedHashMap<>();
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
        this.demux = new IpDemux(this);
        this.ifnets = new Ifnets(cpu, counters);
        this.knobs = new NetKnobs(settings);
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

    /** What may be changed while it runs. */
    public NetKnobs knobs() {
        return knobs;
    }

    /** True when {@code address} stands for all hosts of the own network, or of the link. */
    public boolean isBroadcast(final int address) {
        return demux.isToMany(address) && !Ipv4Address.isMulticast(address);
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

    /** The way in for packets of this CPU's devices. */
    public IpDemux demux() {
        return demux;
    }

    Ifnets ifnets() {
        return ifnets;
    }

    Mover mover() {
        return mover;
    }

    /** True when a packet to {@code address} is for the cluster. */
    public boolean isLocal(final int address) {
        return address == settings.address() || settings.aliases().contains(address) || Ipv4Address.isLoopback(address);
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
        } else if (!icmpLimit.allows(knobs.icmpLimit, td.now())) {
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
            if (lane.flows.isPresent()) {
                flows += lane.flows.get().size();
                evicted += lane.flows.get().evicted();
            }
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

    /** Shows every packet that passes a device of this CPU to {@code newTap} too, until {@link #untapDevices}. On the carrier. */
    public void tapDevices(final DeviceTap newTap) {
        ifnets.tap(newTap);
    }

    /** Ends that. */
    public void untapDevices(final DeviceTap old) {
        ifnets.untap(old);
    }

    /** The devices of this CPU. On the carrier. */
    public List<NicLine> devices() {
        return ifnets.lines();
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
        ifnets.attach(nic);
    }

    /** Removes a device of this CPU. */
    public void detach(final Nic nic) {
        ifnets.detach(nic);
    }

    /** Forgets what ICMP said of paths; on the carrier. */
    public void purgeHostCache() {
        hostCache.clear();
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
        return output(td, mbuf, 0);
    }

    /**
     * The same for a large TCP packet that the device cuts into segments (R45, 5.10). One without DF is cut here, as each of its segments
     * needs an identification of its own.
     *
     * @param segmentSize text of each segment but the last, bytes; 0: it is one segment
     * @return EMSGSIZE when a segment of that size is too long for its path
     */
    public NetError output(final Td td, final Mbuf mbuf, final int segmentSize) {
        if (segmentSize > 0 && (NetOrder.getShort(mbuf.data(), mbuf.offset() + FRAGMENT) & Ipv4Header.DF) == 0) {
            return outputEach(td, mbuf, segmentSize);
        }
        final int dst = NetOrder.getInt(mbuf.data(), mbuf.offset() + DST);
        if (isLocal(dst)) {
            return ipOutput.output(mbuf, Ifnet.MAX_MTU, packet -> loopback(td, packet, segmentSize));
        }
        final Optional<Ifnet> route = routes.lookup(dst);
        if (route.isEmpty()) {
            counters.count(NetCounter.NOROUTE);
            return NetError.ENETUNREACH;
        }
        final Ifnet to = route.get();
        final int mtu = hostCache.mtu(dst, to.mtu(), td.now());
        if (segmentSize > 0 && TcpSegmenter.headers(mbuf) + segmentSize > mtu) {
            counters.count(NetCounter.CANTFRAG);
            return NetError.EMSGSIZE;
        }
        final boolean cut = segmentSize == 0 && mbuf.length() > mtu;
        final long lost = counters.get(NetCounter.OUTPUT_DROPPED);
        final NetError error = ipOutput.output(mbuf, segmentSize > 0 ? Ifnet.MAX_MTU : mtu, packet -> {
            counters.add(NetCounter.OUT_FRAGMENTS, cut ? 1 : 0);
            send(td, packet, to, segmentSize);
        });
        if (error != NetError.OK) {
            counters.count(NetCounter.CANTFRAG);
            return error;
        }
        counters.count(NetCounter.OUTPUT);
        counters.add(NetCounter.FRAGMENTED, cut ? 1 : 0);
        return counters.get(NetCounter.OUTPUT_DROPPED) == lost ? NetError.OK : NetError.ENOBUFS;
    }

    private NetError outputEach(final Td td, final Mbuf mbuf, final int segmentSize) {
        final NetError[] result = {NetError.OK};
        new TcpSegmenter().split(mbuf, segmentSize, segment -> {
            final NetError error = output(td, segment);
            result[0] = result[0] == NetError.OK ? error : result[0];
            return error == NetError.OK;
        });
        return result[0];
    }

    /** What is for this system itself comes in again, without a wire. */
    private void loopback(final Td td, final Mbuf packet, final int segmentSize) {
        if (segmentSize > 0) {
            new TcpSegmenter().split(packet, segmentSize, segment -> loopback(td, segment));
        } else {
            loopback(td, packet);
        }
    }

    private boolean loopback(final Td td, final Mbuf packet) {
        counters.count(NetCounter.OUTPUT_LOOPBACK);
        ifnets.show(DeviceTap.LOOPBACK, packet, false);
        demux.input(td, new Mbuf(packet.data(), packet.offset(), packet.length(), LOOPBACK_IF, td.now()), true);
        return true;
    }

    private void send(final Td td, final Mbuf mbuf, final Ifnet to, final int segmentSize) {
        if (to.cpu() == cpu.id() || ifnets.has(to.ifIndex())) {
            ifnets.transmit(mbuf, to.ifIndex(), segmentSize);
        } else if (segmentSize == 0 || cpu.machine().hosts(to.cpu())) {
            sendRemote(td, new NetMsg.Output(mbuf, to.ifIndex(), segmentSize), to.cpu());
        } else {
            new TcpSegmenter().split(mbuf, segmentSize, segment -> {
                sendRemote(td, new NetMsg.Output(segment, to.ifIndex()), to.cpu());
                return true;
            });
        }
    }

    private void sendRemote(final Td td, final NetMsg output, final int target) {
        counters.count(NetCounter.OUTPUT_REMOTE);
        td.sendMsg(netisr(target), td.initMsg(output, Port.none()));
    }

    /** Has the devices send what they gathered: the work of a rollup. */
    public void flush() {
        ifnets.flush();
    }

    Port<NetMsg> netisr(final int target) {
        return netisrs.on(target);
    }
}
