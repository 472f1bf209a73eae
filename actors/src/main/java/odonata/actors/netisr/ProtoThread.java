package odonata.actors.netisr;

import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg.CtlInput;
import odonata.actors.netisr.NetMsg.Give;
import odonata.actors.netisr.NetMsg.Packet;
import odonata.actors.netisr.NetMsg.Release;
import odonata.actors.netisr.NetMsg.RouteReq;
import odonata.actors.netisr.NetMsg.ServiceSync;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.ip.IpClass;
import odonata.protocol.ip.PacketClassifier;
import odonata.protocol.wire.Mbuf;

/**
 * A protocol thread: what netisr, tcp_thread and udp_thread have in common.
 *
 * <p>Invariant: a packet is served here only while this CPU owns its bucket; else it is held or passed on to the owner.
 * The clock is read once a batch: times of packets are right to the length of a batch.
 */
public abstract class ProtoThread extends LwktThread<NetMsg> {
    private static final long UNREAD = Long.MIN_VALUE;

    private final CpuNet net;
    private final HoldQueues<Msg<Packet>> holds;
    private long batchNs = UNREAD;

    /** The thread of {@code lane}, which was {@link CpuNet#enrol enrolled} before. */
    protected ProtoThread(final Td td, final CpuNet net, final CpuNet.Lane lane) {
        super(td);
        this.net = net;
        this.holds = lane.holds();
    }

    /** What this CPU's network threads share. */
    protected final CpuNet net() {
        return net;
    }

    /** The commands that every protocol thread handles; to be completed by each. */
    protected final Handlers<NetMsg> commonHandlers() {
        return Handlers.of(NetMsg.class)
                .on(Packet.class, this::onPacket)
                .on(CtlInput.class, this::onCtlInput)
                .on(RouteReq.class, this::unexpected)
                .on(ServiceSync.class, msg -> td().replyMsg(msg, NetError.OK))
                .on(Give.class, this::onGive)
                .on(Release.class, this::onRelease);
    }

    /** A command that is not for this kind of thread: a peer's mistake, counted. */
    protected final void unexpected(final Msg<? extends NetMsg> msg) {
        net.counters().count(NetCounter.UNEXPECTED);
        if (msg.wantsReply()) {
            td().replyMsg(msg, NetError.EOPNOTSUPP);
        }
    }

    /**
     * Serves one packet that {@link PacketClassifier} accepted and that is owned here: checks what it carries, then either
     * {@link #served} or {@link #dropped}.
     */
    protected abstract void input(Mbuf mbuf, int bucket);

    /**
     * An ICMP error about a flow that is owned here, to be compared with an endpoint before it is believed; see {@link IcmpNotice}. What it
     * means to the path is {@link CpuNet#tooBig}'s.
     */
    protected void ctlInput(final IcmpNotice notice) {}

    /** When the bucket has moved meanwhile the message is lost: routers repeat what they say. */
    private void onCtlInput(final Msg<CtlInput> msg) {
        final IcmpNotice notice = msg.command().notice();
        if (net.partition().owner(net.mport().bucketOf(notice.flow())) == td().cpu()) {
            ctlInput(notice);
        }
    }

    /** Time of this batch. */
    protected final long batchNs() {
        if (batchNs == UNREAD) {
            batchNs = td().now();
        }
        return batchNs;
    }

    /** Counts one. */
    protected final void count(final NetCounter counter) {
        net.counters().count(counter);
    }

    /** Counts a packet served. */
    protected final void served(final NetCounter ofClass, final Mbuf mbuf, final int bucket) {
        net.counters().served(ofClass, bucket, mbuf.rcvif());
        net.tap().served(td().cpu(), mbuf, bucket);
    }

    /** Counts a packet freed without being served. */
    protected final void dropped(final NetCounter cause) {
        count(cause);
    }

    @Override
    protected void rollup() {
        batchNs = UNREAD;
        net.flush();
        net.refreshLevels();
    }

    private void onRelease(final Msg<Release> msg) {
        holds.release(this::serve, this::passOn);
        released();
    }

    /** Buckets leave this CPU; for a protocol that has {@link CpuNet.Lane#cargo cargo}. */
    protected void onGive(final Msg<Give> msg) {
        td().replyMsg(msg, NetError.OK);
    }

    /** Buckets have come to this CPU, or have left it. */
    protected void released() {}

    private void onPacket(final Msg<Packet> msg) {
        net.counters().count(NetCounter.RECEIVED);
        switch (holds.admit(msg)) {
            case SERVE -> serve(msg);
            case FORWARD -> passOn(msg);
            case HOLD -> net.counters().count(NetCounter.HOLDS);
            case REFUSE -> dropped(NetCounter.DROP_HOLDFULL);
        }
    }

    private void serve(final Msg<Packet> msg) {
        final Packet packet = msg.command();
        td().charge(net.settings().packetCostNs());
        if (msg.isProxy() && !acceptable(packet)) {
            return;
        }
        input(packet.mbuf(), packet.bucket());
    }

    /** What another member sends is looked at again: its bytes and its bucket need not be what it says. */
    private boolean acceptable(final Packet packet) {
        final long classified = net.demux().classifier().classify(packet.mbuf());
        final IpClass ipClass = PacketClassifier.classOf(classified);
        if (!ipClass.accepted()) {
            dropped(NetCounter.of(ipClass));
            return false;
        }
        if (!net.demux().mayBeIn(packet.bucket(), classified)) {
            dropped(NetCounter.DROP_BADLEN);
            return false;
        }
        return true;
    }

    private void passOn(final Msg<Packet> msg) {
        final Packet packet = msg.command();
        final int owner = net.partition().owner(packet.bucket());
        if (owner == BucketMap.NONE) {
            dropped(NetCounter.DROP_NOOWNER);
            return;
        }
        net.counters().count(NetCounter.FORWARDED);
        final Packet again =
                new Packet(packet.mbuf(), packet.bucket(), net.partition().version());
        td().sendMsg(td().<NetMsg>port().on(owner), td().initMsg(again, Port.none()));
    }
}
