package odonata.actors.netisr;

import java.util.List;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Port;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.IpInput;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * The way in: looks at each packet that a device of this CPU received and sends it to the protocol thread that owns it. Source: {@code ip_input}
 * and {@code ip_demux.c}. Owner: the CPU's carrier.
 */
public final class IpDemux {
    private static final int PROTO = 9;

    private final CpuNet net;
    private final PacketClassifier classifier;
    private final IpInput ipInput;
    private int nextBucket;

    IpDemux(final CpuNet net) {
        this.net = net;
        this.classifier = new PacketClassifier(
                net.settings().hash(), List.of(net.settings().network()));
        this.ipInput = new IpInput(net.settings().network());
    }

    PacketClassifier classifier() {
        return classifier;
    }

    /** True when {@code address} stands for many hosts of this link or of anywhere. */
    boolean isToMany(final int address) {
        return ipInput.isToMany(address);
    }

    /** A packet from a device of this CPU: {@code ip_input}. What cannot be meant is counted and freed. */
    void input(final Td td, final Mbuf mbuf) {
        input(td, mbuf, false);
    }

    /** The same; {@code ours}: this system made it, and it has seen no wire. */
    void input(final Td td, final Mbuf mbuf, final boolean ours) {
        net.counters().count(NetCounter.INPUT);
        final long classified = classifier.classify(mbuf);
        final IpClass ipClass = PacketClassifier.classOf(classified);
        if (!ipClass.accepted()) {
            net.counters().count(NetCounter.of(ipClass));
            return;
        }
        switch (ipInput.check(mbuf, ours)) {
            case ACCEPT -> dispatch(td, mbuf, classified);
            case MARTIAN -> net.counters().count(NetCounter.DROP_BADADDR);
            case BAD_OPTIONS -> {
                net.counters().count(NetCounter.DROP_BADOPTIONS);
                net.report(td, IcmpHeader.PARAMETER_PROBLEM, 0, ipInput.pointer() << 24, mbuf);
            }
            case SOURCE_ROUTE -> {
                net.counters().count(NetCounter.DROP_SOURCEROUTE);
                net.report(td, IcmpHeader.UNREACHABLE, IcmpHeader.SOURCE_ROUTE_FAILED, mbuf);
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
            net.counters().count(NetCounter.of(ipClass));
        }
    }

    /** Sends a packet to the protocol thread that owns it, wherever that is. */
    private void dispatch(final Td td, final Mbuf mbuf, final long classified) {
        final int bucket = bucketOf(classified);
        final int proto = NetOrder.getByte(mbuf.data(), mbuf.offset() + PROTO);
        final Port<NetMsg> port = net.mport().port(PacketClassifier.classOf(classified), proto, bucket);
        if (port.isNone()) {
            net.counters().count(NetCounter.DROP_NOOWNER);
            return;
        }
        td.sendMsg(
                port, td.initMsg(new NetMsg.Packet(mbuf, bucket, net.partition().version()), Port.none()));
    }

    /** By the flow's hash, or for UDP one after the other (R35). */
    private int bucketOf(final long classified) {
        if (net.settings().udpRoundRobin() && PacketClassifier.classOf(classified) == IpClass.UDP) {
            nextBucket = (nextBucket + 1) % BucketMap.BUCKETS;
            return nextBucket;
        }
        return IpMport.bucketOf(classified);
    }

    /** True when a packet that was classified may be in {@code bucket}. */
    boolean mayBeIn(final int bucket, final long classified) {
        return (net.settings().udpRoundRobin() && PacketClassifier.classOf(classified) == IpClass.UDP)
                ? bucket < BucketMap.BUCKETS
                : bucket == IpMport.bucketOf(classified);
    }

    /** True for a whole UDP datagram. */
    public boolean isUdp(final Mbuf mbuf) {
        final IpClass ipClass = PacketClassifier.classOf(classifier.classify(mbuf));
        return ipClass == IpClass.UDP || ipClass == IpClass.MULTICAST;
    }
}
