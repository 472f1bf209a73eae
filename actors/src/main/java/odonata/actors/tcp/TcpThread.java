package odonata.actors.tcp;

import akka.actor.typed.Behavior;
import java.util.Optional;
import java.util.function.Consumer;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.FlowCounters;
import odonata.actors.netisr.IpMport;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.ProtoThread;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.PacketChecks;
import odonata.protocol.wire.Mbuf;

/**
 * TCP protocol thread of one CPU, sole owner of that CPU's connections: every packet and every operation of one of them is served here
 * (R31, I41). An operation on a socket of another CPU is passed on, never served.
 */
public final class TcpThread extends ProtoThread {
    private final FlowCounters flows;
    private final Ipv4Header ip = new Ipv4Header();
    private final TcpDemux demux;
    private final TcpBinds binds;
    private final TcpConnects connects;
    private final TcpListens listens;
    private final TcpCloses closes;
    private final TcpTransfers transfers;
    private final TcpMoves moves;
    private final TcpAbroad abroad;
    private final TcpCpu tcp;

    private TcpThread(
            final Td td, final CpuNet net, final CpuNet.Lane lane, final FlowCounters flows, final TcpStack stack) {
        super(td, net, lane);
        this.flows = flows;
        tcp = new TcpCpu(td, net, lane, stack);
        demux = new TcpDemux(tcp);
        binds = new TcpBinds(tcp);
        listens = new TcpListens(tcp, binds);
        abroad = listens.abroad();
        connects = new TcpConnects(tcp, binds, abroad);
        closes = new TcpCloses(tcp, listens);
        transfers = new TcpTransfers(tcp, abroad);
        moves = new TcpMoves(tcp, listens, abroad);
        lane.cargo(moves::hasCargo);
        net.cpu().transport().onHostDown(cpus -> net.cpu()
                .transport()
                .sendMsg(Msg.init((NetMsg) new TcpMsg.HostDown(cpus), Port.none()), tcp.port()));
    }

    /** Behaviour for the tcp_thread of {@code net}'s CPU, at {@link Port#TCP_THREAD}; registers it for its protocol. */
    public static Behavior<Msg<NetMsg>> create(final CpuNet net, final TcpStack stack) {
        net.mport().register(IpProto.TCP, IpMport.threads(Port.TCP_THREAD));
        final FlowCounters flows =
                new FlowCounters(net.settings().flows(), net.settings().identSeed());
        final CpuNet.Lane lane = net.enrol(Port.TCP_THREAD, Optional.of(flows));
        return LwktThread.behavior(td -> new TcpThread(td, net, lane, flows, stack));
    }

    @Override
    protected Handlers<NetMsg> handlers() {
        return commonHandlers()
                .on(
                        NetMsg.MapChanged.class,
                        msg -> abroad.mapChanged(msg.command().map().cpus()))
                .on(NetMsg.Marker.class, this::unexpected)
                .on(NetMsg.Handover.class, this::unexpected)
                .on(NetMsg.Output.class, this::unexpected)
                .on(NetMsg.PruSend.class, this::unexpected)
                .on(NetMsg.Pru.class, this::unexpected)
                .on(TcpMsg.Bind.class, owned(binds::bind))
                .on(TcpMsg.Connect.class, owned(connects::connect))
                .on(TcpMsg.Listen.class, this::onListen)
                .on(TcpMsg.Accept.class, owned(listens::accept))
                .on(TcpMsg.Send.class, owned(transfers::send))
                .on(TcpMsg.Recv.class, owned(transfers::recv))
                .on(TcpMsg.Await.class, owned(transfers::await))
                .on(TcpMsg.Ask.class, owned(transfers::ask))
                .on(TcpMsg.GetOption.class, owned(transfers::getOption))
                .on(TcpMsg.SetOption.class, owned(transfers::setOption))
                .on(TcpMsg.Shutdown.class, owned(closes::shutdown))
                .on(TcpMsg.Close.class, this::onClose)
                .on(TcpMsg.Abort.class, this::onAbortSocket)
                .on(TcpMsg.Reserve.class, binds::onReserve)
                .on(TcpMsg.Claim.class, binds::onClaim)
                .on(TcpMsg.PickPort.class, binds::onPickPort)
                .on(TcpMsg.Release.class, binds::onRelease)
                .on(TcpMsg.Connected.class, binds::onConnected)
                .on(TcpMsg.Open.class, connects.opens()::onOpen)
                .on(TcpMsg.Completed.class, listens::completed)
                .on(TcpMsg.Adopt.class, moves::adopt)
                .on(TcpMsg.Transfer.class, moves::transferred)
                .on(TcpMsg.Listening.class, abroad::listening)
                .on(
                        TcpMsg.NotListening.class,
                        msg -> abroad.notListening(msg.command().listener()))
                .on(TcpMsg.Withdraw.class, msg -> abroad.withdraw())
                .on(TcpMsg.HostDown.class, msg -> abroad.hostDown(msg.command().cpus()));
    }

    /** The chase of 5.3: what is not this CPU's goes to whose it is. */
    private <T extends TcpMsg.OnSocket> Consumer<Msg<T>> owned(final Consumer<Msg<T>> handler) {
        return msg -> serve(msg, handler);
    }

    private <T extends TcpMsg.OnSocket> void serve(final Msg<T> msg, final Consumer<Msg<T>> handler) {
        final TcpSocket so = msg.command().so();
        if (so == null) {
            abroad.serve(msg, found -> serve(found, handler));
        } else if (tcp.owns(so) && so.opening) {
            tcp.held.add(msg, () -> serve(msg, handler));
        } else if (tcp.owns(so)) {
            handler.accept(msg);
        } else {
            count(NetCounter.TCP_CHASED);
            td().forwardMsg(so.soPort(), msg);
        }
    }

    private void onListen(final Msg<TcpMsg.Listen> msg) {
        if (TcpListens.isOnChain(msg)) {
            listens.onChain(msg);
        } else {
            owned(listens::listen).accept(msg);
        }
    }

    private void onClose(final Msg<TcpMsg.Close> msg) {
        if (TcpCloses.isUnderWay(msg)) {
            closes.onWay(msg);
        } else {
            owned(closes::close).accept(msg);
        }
    }

    /** Nobody waits for it, and it may be sent on: a message without a reply is forwarded as any. */
    private void onAbortSocket(final Msg<TcpMsg.Abort> msg) {
        owned((Msg<TcpMsg.Abort> mine) -> tcp.abort(mine.command().so())).accept(msg);
    }

    /** EINTR for what waits here; a send that has begun says how far it came. */
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // a message is what its command says
    protected void onAbort(final Msg<NetMsg> msg) {
        if (!(((Object) msg.command()) instanceof TcpMsg.OnSocket op)) {
            return;
        }
        final TcpSocket so = op.so();
        if (!tcp.held.remove(msg) && (so == null || !tcp.owns(so) || !so.unpark(msg))) {
            return;
        }
        if (op instanceof TcpMsg.Send) {
            transfers.abortSend((Msg) msg);
        } else {
            msg.reply(NetError.EINTR);
        }
    }

    @Override
    protected void input(final Mbuf mbuf, final int bucket) {
        if (!PacketChecks.transportOk(mbuf)) {
            dropped(NetCounter.DROP_TCP_BADSUM);
            return;
        }
        flows.count(mbuf, bucket, batchNs());
        served(NetCounter.TCP, mbuf, bucket);
        ip.wrap(mbuf.data(), mbuf.offset(), mbuf.length());
        if (net().isLocal(ip.dst())) {
            demux.input(ip);
        } else {
            count(NetCounter.NOT_LOCAL);
        }
    }

    /** ICMP about a segment of ours, if it is one that is in flight (RFC 5927, RFC 9293 section 3.9.2.2). */
    @Override
    protected void ctlInput(final IcmpNotice notice) {
        demux.notice(notice);
    }

    @Override
    protected void onGive(final Msg<NetMsg.Give> msg) {
        moves.give(msg);
    }

    @Override
    protected void released() {
        tcp.held.release();
    }
}
