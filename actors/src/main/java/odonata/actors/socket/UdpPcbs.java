package odonata.actors.socket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.CpuNet;
import odonata.actors.netisr.NetMsg;
import odonata.actors.netisr.Partition;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.udp.UdpPcb;

/**
 * What sockets ask of a udp_thread, except to send: attach, bind, connect, disconnect, join, leave, detach (5.7). Part of the udp_thread.
 *
 * <p>A socket stays on the CPU where it was made; its control block goes to every CPU of the cluster. A change goes to CPU 0, which alone gives out
 * ports, and from there through all CPUs in ascending order, as a listening socket of TCP does (5.6); the socket has it when the last has
 * replied. So a datagram finds its endpoint on the CPU that it came to, whichever that is after buckets have moved, and leads from there
 * to the socket's CPU. A block with a peer is in no wildcard hash.
 */
final class UdpPcbs {
    private static final int ATTEMPTS = 3;

    private final Td td;
    private final CpuNet net;
    private final UdpSockets sockets;
    private final Seed ports;
    private int[] cpus = {};

    UdpPcbs(final Td td, final CpuNet net, final UdpSockets sockets) {
        this.td = td;
        this.net = net;
        this.sockets = sockets;
        this.ports = Seed.of(net.settings().identSeed()).split(-1 - td.cpu());
    }

    Handlers<NetMsg> addTo(final Handlers<NetMsg> handlers) {
        return handlers.on(UdpMsg.Attach.class, this::onAttach)
                .on(UdpMsg.Bind.class, this::onBind)
                .on(UdpMsg.Connect.class, this::onConnect)
                .on(UdpMsg.Disconnect.class, this::onDisconnect)
                .on(UdpMsg.Join.class, this::onJoin)
                .on(UdpMsg.Leave.class, this::onLeave)
                .on(UdpMsg.Detach.class, this::onDetach)
                .on(UdpMsg.PcbRequest.class, this::onPcbRequest)
                .on(UdpMsg.PcbInsert.class, this::onPcbInsert)
                .on(UdpMsg.PcbRemove.class, this::onPcbRemove);
    }

    private void onAttach(final Msg<UdpMsg.Attach> msg) {
        td.replyMsg(msg, NetError.OK, sockets.attach(msg.command().application()));
    }

    private void onBind(final Msg<UdpMsg.Bind> msg) {
        final UdpMsg.Bind bind = msg.command();
        final UdpPcb pcb = bind.so().pcb();
        final boolean ours = bind.laddr() == 0 || net.isLocal(bind.laddr()) || Ipv4Address.isMulticast(bind.laddr());
        if (pcb.lport() != 0) {
            td.replyMsg(msg, NetError.EINVAL);
        } else if (!ours) {
            td.replyMsg(msg, NetError.EADDRNOTAVAIL);
        } else {
            change(msg, pcb.bound(bind.laddr(), bind.lport(), bind.reusePort()), so -> so.boundLaddr(bind.laddr()));
        }
    }

    private void onConnect(final Msg<UdpMsg.Connect> msg) {
        final UdpMsg.Connect connect = msg.command();
        final UdpPcb pcb = connect.so().pcb();
        final int laddr = pcb.laddr() == 0 ? net.sourceFor(connect.faddr()) : pcb.laddr();
        if (pcb.isConnected()) {
            td.replyMsg(msg, NetError.EISCONN);
        } else if (connect.fport() < 1
                || connect.fport() > UdpPcb.MAX_PORT
                || !Ipv4Address.isUnicast(connect.faddr())) {
            td.replyMsg(msg, NetError.EADDRNOTAVAIL);
        } else if (net.pathMtu(connect.faddr()) == 0) {
            td.replyMsg(msg, NetError.ENETUNREACH);
        } else {
            change(msg, pcb.connected(laddr, connect.faddr(), connect.fport()), so -> {});
        }
    }

    private void onDisconnect(final Msg<UdpMsg.Disconnect> msg) {
        final UdpSocket so = msg.command().so();
        if (so.pcb().isConnected()) {
            change(msg, so.pcb().connected(so.boundLaddr(), 0, 0), changed -> changed.error());
        } else {
            td.replyMsg(msg, NetError.ENOTCONN);
        }
    }

    private void onJoin(final Msg<UdpMsg.Join> msg) {
        final UdpPcb pcb = msg.command().so().pcb();
        final int group = msg.command().group();
        if (pcb.lport() == 0 || !Ipv4Address.isMulticast(group)) {
            td.replyMsg(msg, NetError.EINVAL);
        } else if (pcb.groups().contains(group)) {
            td.replyMsg(msg, NetError.EADDRINUSE);
        } else if (pcb.groups().size() == UdpPcb.MAX_GROUPS) {
            td.replyMsg(msg, NetError.ENOBUFS);
        } else {
            final List<Integer> groups = new ArrayList<>(pcb.groups());
            groups.add(group);
            change(msg, pcb.joined(groups), so -> {});
        }
    }

    private void onLeave(final Msg<UdpMsg.Leave> msg) {
        final UdpPcb pcb = msg.command().so().pcb();
        final int group = msg.command().group();
        if (pcb.groups().contains(group)) {
            change(msg, pcb.joined(pcb.groups().stream().filter(g -> g != group).toList()), so -> {});
        } else {
            td.replyMsg(msg, NetError.EADDRNOTAVAIL);
        }
    }

    private void onDetach(final Msg<UdpMsg.Detach> msg) {
        final UdpSocket so = msg.command().so();
        if (!so.begin()) {
            td.replyMsg(msg, NetError.EAGAIN);
            return;
        }
        final long socket = so.pcb().socket();
        sockets.detach(so);
        toCpu0(new UdpMsg.PcbRemove(socket), ATTEMPTS, (error, result) -> td.replyMsg(msg, error));
    }

    /** What becomes of a socket when its change is everywhere. */
    @FunctionalInterface
    private interface Outcome {
        void apply(UdpSocket so);
    }

    private void change(final Msg<? extends UdpMsg.OnSocket> msg, final UdpPcb wanted, final Outcome outcome) {
        final UdpSocket so = msg.command().so();
        if (!so.begin()) {
            td.replyMsg(msg, NetError.EAGAIN);
            return;
        }
        toCpu0(new UdpMsg.PcbRequest(wanted), ATTEMPTS, (error, result) -> {
            so.end();
            if (error == NetError.OK) {
                so.pcb((UdpPcb) result);
                outcome.apply(so);
            }
            td.replyMsg(msg, error);
        });
    }

    /** Asks again when CPU 0 has died meanwhile: the next one knows what it knew. */
    private void toCpu0(final UdpMsg request, final int attempts, final BiConsumer<NetError, Object> then) {
        final int cpu0 = net.partition().owner(Partition.UNHASHED);
        if (cpu0 == BucketMap.NONE) {
            then.accept(NetError.ENETDOWN, null);
            return;
        }
        td.sendMsg(UdpSockets.udpThread(cpu0), td.<NetMsg>initMsg(request), reply -> {
            if (reply.error() == NetError.EHOSTDOWN && attempts > 1) {
                toCpu0(request, attempts - 1, then);
            } else {
                then.accept(reply.error(), reply.result());
            }
        });
    }

    private void onPcbRequest(final Msg<UdpMsg.PcbRequest> msg) {
        final UdpPcb wanted = msg.command().pcb();
        final int lport =
                wanted.lport() == 0 ? sockets.table().ephemeralPort(() -> (int) ports.nextLong()) : wanted.lport();
        if (lport == 0) {
            td.replyMsg(msg, NetError.EADDRNOTAVAIL);
            return;
        }
        final UdpPcb pcb = wanted.bound(wanted.laddr(), lport, wanted.reusePort());
        final NetError error = sockets.table().check(pcb);
        if (error != NetError.OK) {
            td.replyMsg(msg, error);
            return;
        }
        sockets.table().put(pcb);
        chain(new UdpMsg.PcbInsert(pcb), ATTEMPTS, () -> td.replyMsg(msg, NetError.OK, pcb));
    }

    /** Has all CPUs after this one do it; from the start again when one of them has died on the way. */
    private void chain(final UdpMsg step, final int attempts, final Runnable then) {
        final OptionalInt next = nextCpu();
        if (next.isEmpty()) {
            then.run();
            return;
        }
        td.sendMsg(UdpSockets.udpThread(next.getAsInt()), td.<NetMsg>initMsg(step), reply -> {
            if (reply.error() == NetError.EHOSTDOWN && attempts > 1) {
                chain(step, attempts - 1, then);
            } else {
                then.run();
            }
        });
    }

    private OptionalInt nextCpu() {
        return IntStream.of(net.partition().cpus())
                .filter(cpu -> cpu > td.cpu())
                .min();
    }

    private void onPcbInsert(final Msg<UdpMsg.PcbInsert> msg) {
        sockets.table().put(msg.command().pcb());
        passOn(msg);
    }

    private void onPcbRemove(final Msg<UdpMsg.PcbRemove> msg) {
        sockets.table().remove(msg.command().socket());
        passOn(msg);
    }

    private void passOn(final Msg<? extends UdpMsg> msg) {
        final OptionalInt next = msg.wantsReply() ? nextCpu() : OptionalInt.empty();
        if (next.isPresent()) {
            td.forwardMsg(UdpSockets.udpThread(next.getAsInt()), msg);
        } else if (msg.wantsReply()) {
            td.replyMsg(msg, NetError.OK);
        }
    }

    /**
     * Other CPUs are live now: forgets the blocks of those that are gone; as CPU 0, tells those that have come of all blocks.
     *
     * @param live ascending
     */
    void mapChanged(final int[] live) {
        final int[] before = cpus;
        cpus = live.clone();
        sockets.table().removeIf(pcb -> Arrays.binarySearch(cpus, pcb.home()) < 0 && pcb.home() != td.cpu());
        if (before.length == 0 || before[0] != td.cpu()) {
            return;
        }
        for (final int cpu : cpus) {
            if (Arrays.binarySearch(before, cpu) < 0) {
                sockets.table().all().stream()
                        .filter(pcb -> !sockets.isService(pcb))
                        .forEach(pcb -> tell(cpu, new UdpMsg.PcbInsert(pcb)));
            }
        }
    }

    private void tell(final int cpu, final NetMsg command) {
        td.sendMsg(UdpSockets.udpThread(cpu), td.initMsg(command, Port.none()));
    }
}
