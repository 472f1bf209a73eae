package odonata.ssi.codec;

/**
 * The number of every type that crosses the network. A number is never reused and never changed: a type that goes away
 * leaves its constant behind, marked {@code @Deprecated}. The classes are joined to the numbers by {@link WireTypes}.
 *
 * <p>0 to 9 are Kryo's own: int, String, float, boolean, byte, char, short, long, double, void. Ranges: 10 to 31 plain Java,
 * 32 to 63 {@code protocol}, 64 to 127 {@code actors}, 128 to 255 {@code ssi}, 256 to 511 {@code loadgen} and {@code node}.
 * Enums travel by ordinal: their constants keep their order, new ones go to the end.
 */
public enum WireId {
    /** {@code byte[]}. */
    BYTES(10),
    /** {@code int[]}. */
    INTS(11),
    /** {@code long[]}. */
    LONGS(12),
    /** Any {@link java.util.List}; arrives unmodifiable. */
    LIST(13),
    /** Any {@link java.util.Set}; arrives unmodifiable, in the sender's order of iteration. */
    SET(14),
    /** Any {@link java.util.Map}; arrives unmodifiable, in the sender's order of iteration. */
    MAP(15),
    /** {@link java.util.Optional}. */
    OPTIONAL(16),
    /** {@link java.time.Duration}. */
    DURATION(17),
    /** {@code double[]}. */
    DOUBLES(18),
    /** {@code akka.actor.typed.ActorRef}; control plane only. */
    ACTOR_REF(19),

    /** {@link odonata.protocol.flow.BucketMap}. */
    BUCKET_MAP(32),
    /** {@link odonata.protocol.flow.FlowKey}. */
    FLOW_KEY(33),
    /** {@link odonata.protocol.wire.Mbuf}, as its bytes. */
    MBUF(34),
    /** {@link odonata.protocol.icmp.IcmpNotice}. */
    ICMP_NOTICE(35),
    /** {@link odonata.protocol.udp.UdpPcb}. */
    UDP_PCB(36),
    /** {@link odonata.protocol.tcp.machine.TcpInfo}. */
    TCP_INFO(37),
    /** {@link odonata.protocol.tcp.machine.TcpState}. */
    TCP_STATE(38),

    /** {@link odonata.actors.netisr.NetMsg.MapChanged}. */
    NET_MAP_CHANGED(64),
    /** {@link odonata.actors.netisr.NetMsg.Marker}. */
    NET_MARKER(65),
    /** {@link odonata.actors.netisr.NetMsg.Handover}. */
    NET_HANDOVER(66),
    /** {@link odonata.actors.netisr.NetMsg.ServiceSync}. */
    NET_SERVICE_SYNC(67),
    /** {@link odonata.actors.netisr.NetMsg.CtlInput}. */
    NET_CTL_INPUT(80),
    /** {@link odonata.actors.socket.UdpMsg.PcbRequest}. */
    UDP_PCB_REQUEST(81),
    /** {@link odonata.actors.socket.UdpMsg.PcbInsert}. */
    UDP_PCB_INSERT(82),
    /** {@link odonata.actors.socket.UdpMsg.PcbRemove}. */
    UDP_PCB_REMOVE(83),
    /** {@link odonata.actors.socket.UdpMsg.Deliver}. */
    UDP_DELIVER(84),
    /** {@link odonata.actors.socket.UdpMsg.Notice}. */
    UDP_NOTICE(85),

    /** {@link odonata.actors.port.Port}. */
    PORT(88),
    /** {@link odonata.actors.proc.Cred}. */
    CRED(89),
    /** A look-up of a named service. */
    CAPS_LOOKUP(90),
    /** A request to a named service. */
    CAPS_REQUEST(91),
    /** The reply of a named service was taken. */
    CAPS_DISPOSE(92),
    /** A member wants to know of the end of another. */
    CAPS_WATCH(93),
    /** The answer of a named service. */
    CAPS_ANSWER(94),
    /** What a named service is found by. */
    CAPS_KEY(95),
    /** Where a named service is. */
    CAPS_SERVICE_REF(96),
    /** {@link odonata.actors.caps.CapsMsg.Sender}. */
    CAPS_SENDER(97),

    /** {@link odonata.actors.tcp.TcpMsg.Bind}. */
    TCP_BIND(98),
    /** {@link odonata.actors.tcp.TcpMsg.Listen}. */
    TCP_LISTEN(99),
    /** {@link odonata.actors.tcp.TcpMsg.Connect}. */
    TCP_CONNECT(100),
    /** {@link odonata.actors.tcp.TcpMsg.Accept}. */
    TCP_ACCEPT(101),
    /** {@link odonata.actors.tcp.TcpMsg.Send}. */
    TCP_SEND(102),
    /** {@link odonata.actors.tcp.TcpMsg.Recv}. */
    TCP_RECV(103),
    /** {@link odonata.actors.tcp.TcpMsg.Shutdown}. */
    TCP_SHUTDOWN(104),
    /** {@link odonata.actors.tcp.TcpMsg.Close}. */
    TCP_CLOSE(105),
    /** {@link odonata.actors.tcp.TcpMsg.Abort}. */
    TCP_ABORT(106),
    /** {@link odonata.actors.tcp.TcpMsg.GetOption}. */
    TCP_GET_OPTION(107),
    /** {@link odonata.actors.tcp.TcpMsg.SetOption}. */
    TCP_SET_OPTION(108),
    /** {@link odonata.actors.tcp.TcpMsg.Ask}. */
    TCP_ASK(109),
    /** {@link odonata.actors.tcp.TcpMsg.Await}. */
    TCP_AWAIT(110),
    /** {@link odonata.actors.tcp.TcpMsg.Release}. */
    TCP_RELEASE(111),
    /** {@link odonata.actors.tcp.TcpMsg.Completed}. */
    TCP_COMPLETED(112),
    /** {@link odonata.actors.tcp.TcpMsg.Transfer}. */
    TCP_TRANSFER(113),
    /** {@link odonata.actors.tcp.TcpMsg.Listening}. */
    TCP_LISTENING(114),
    /** {@link odonata.actors.tcp.TcpMsg.NotListening}. */
    TCP_NOT_LISTENING(115),
    /** {@link odonata.actors.tcp.TcpMsg.Question}. */
    TCP_QUESTION(116),
    /** {@link odonata.actors.tcp.ListenId}. */
    LISTEN_ID(117),
    /** {@link odonata.actors.socket.SockAddr}. */
    SOCK_ADDR(118),
    /** {@link odonata.actors.socket.SockOpt}. */
    SOCK_OPT(119),
    /** {@link odonata.actors.socket.MsgFlag}. */
    MSG_FLAG(120),
    /** {@link odonata.actors.socket.SockCall.How}. */
    SHUTDOWN_HOW(121),
    /** {@link odonata.actors.tcp.TcpSocket}: its name. */
    TCP_SOCKET(122),
    /** {@link odonata.actors.tcp.Uio}: what is left. */
    UIO(123),
    /** {@link odonata.actors.kv.KvMsg.Adopt}; {@code KvMsg.Ask} has a form of its own. */
    KV_ADOPT(124),
    /** {@link odonata.actors.kv.KvEntry}. */
    KV_ENTRY(125),
    /** {@link odonata.actors.tcp.TcpMsg.Claim}. */
    TCP_CLAIM(126),
    /** {@link odonata.actors.tcp.TcpMsg.Open}. */
    TCP_OPEN(127),
    /** {@link odonata.actors.tcp.PortClaim}. */
    PORT_CLAIM(128),

    /** The replicated state of the control plane. */
    REPLICATED_STATE(192),
    /** {@code ClusterState}. */
    CLUSTER_STATE(193),
    /** {@code Member}. */
    CLUSTER_MEMBER(194),
    /** {@code Seat}. */
    CLUSTER_SEAT(195),
    /** {@code Departed}. */
    CLUSTER_DEPARTED(196),
    /** {@code WirePeer}. */
    CLUSTER_WIRE_PEER(197),
    /** {@code Move}. */
    CLUSTER_MOVE(198),
    /** {@code ClusterEvent}. */
    CLUSTER_EVENT(199),
    /** {@code EventKind}. */
    CLUSTER_EVENT_KIND(200),
    /** {@code MemberState}. */
    CLUSTER_MEMBER_STATE(201),
    /** {@code DrainStage}. */
    CLUSTER_DRAIN_STAGE(202),
    /** Messages of one member for the coordinator. */
    COORDINATOR_SUBMIT(208),
    /** {@code CoordinatorMsg.Joining}. */
    COORDINATOR_JOINING(209),
    /** {@code CoordinatorMsg.Ready}. */
    COORDINATOR_READY(210),
    /** {@code CoordinatorMsg.Drain}. */
    COORDINATOR_DRAIN(211),
    /** {@code CoordinatorMsg.DrainedIntake}. */
    COORDINATOR_DRAINED_INTAKE(212),
    /** {@code CoordinatorMsg.Applied}. */
    COORDINATOR_APPLIED(213),
    /** {@code CoordinatorMsg.TookOver}. */
    COORDINATOR_TOOK_OVER(214),
    /** {@code CoordinatorMsg.Passed}. */
    COORDINATOR_PASSED(215),
    /** {@code CoordinatorMsg.Dead}. */
    COORDINATOR_DEAD(216),
    /** {@code CoordinatorMsg.Left}. */
    COORDINATOR_LEFT(217),
    /** {@code CoordinatorMsg.WirePeerAdded}. */
    COORDINATOR_WIRE_PEER_ADDED(218),
    /** {@code CoordinatorMsg.WirePeerRemoved}. */
    COORDINATOR_WIRE_PEER_REMOVED(219),
    /** {@code CoordinatorMsg.Rebalance}. */
    COORDINATOR_REBALANCE(220),
    /** {@code CoordinatorMsg.Note}. */
    COORDINATOR_NOTE(221),
    /** {@code CoordinatorMsg.LinkBroken}. */
    COORDINATOR_LINK_BROKEN(222),
    /** The coordinator's answer. */
    CONTROL_ANSWERED(232),
    /** A member's snapshot. */
    CONTROL_SNAPSHOT(233),
    /** A question to a member. */
    CONTROL_QUESTION(234),
    /** The answer to a question. */
    CONTROL_REPLY(235);

    private final int number;

    WireId(final int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }
}
