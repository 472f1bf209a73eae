package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Msg;
import odonata.actors.tcp.TcpMsg.Bind;
import odonata.actors.tcp.TcpMsg.Claim;
import odonata.actors.tcp.TcpMsg.PickPort;
import odonata.actors.tcp.TcpMsg.Reserve;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.ip.IpProto;

/**
 * Who may have which local port: bind, and the choice of ephemeral ports.
 *
 * <p>A port without a peer is asked for in the whole cluster ({@link Claim}): who keeps it notes it and then asks every CPU that may know an obstacle.
 * Each member notes its own uses only, so those of one that dies or leaves are free. Of two that ask each other for one port the lower CPU
 * gets it: it refuses the other one, which answers when its own question is over.
 */
final class TcpBinds {
    /** Ports of one slice that others are asked for until one has nothing against it. */
    private static final int MOST_ASKED = 1_024;

    private final TcpCpu tcp;

    /** What this CPU, which keeps the ports, asks others for. */
    private final List<Claiming> claiming = new ArrayList<>();

    TcpBinds(final TcpCpu tcp) {
        this.tcp = tcp;
    }

    /** One question to others, who asks this CPU for the same meanwhile, and what follows when all have answered. */
    private static final class Claiming {
        private final PortUse use;
        private final Consumer<NetError> then;
        private final List<Msg<Claim>> rivals = new ArrayList<>();
        private NetError error = NetError.OK;
        private int missing;

        private Claiming(final PortUse use, final int missing, final Consumer<NetError> then) {
            this.use = use;
            this.missing = missing;
            this.then = then;
        }
    }

    void bind(final Msg<Bind> msg) {
        final TcpSocket so = msg.command().so();
        final int laddr = msg.command().addr().addr();
        final int lport = msg.command().addr().port();
        if (so.lport != 0 || so.binding || so.tcb != null) {
            msg.reply(NetError.EINVAL);
        } else if (laddr != 0 && !tcp.net.isLocal(laddr)) {
            msg.reply(NetError.EADDRNOTAVAIL);
        } else if (lport == 0) {
            choose(so, PortUse.bound(so, laddr, 0), port -> named(msg, so, laddr, port));
        } else {
            so.binding = true;
            reserve(PortUse.bound(so, laddr, lport), error -> {
                so.binding = false;
                if (error == NetError.OK) {
                    so.reserved = true;
                    so.laddr = laddr;
                    so.lport = lport;
                }
                reply(msg, error);
            });
        }
    }

    private void named(final Msg<Bind> msg, final TcpSocket so, final int laddr, final int port) {
        so.laddr = laddr;
        reply(msg, port == 0 ? NetError.EADDRNOTAVAIL : NetError.OK);
    }

    /** The socket may have been closed while its port was asked for. */
    private void reply(final Msg<Bind> msg, final NetError error) {
        final boolean closed = msg.command().so().detached;
        if (closed) {
            tcp.release(msg.command().so());
        }
        msg.reply(closed ? NetError.EBADF : error);
    }

    private void reserve(final PortUse use, final Consumer<NetError> then) {
        final Msg<NetMsg> ask = tcp.td.initMsg(new Reserve(use));
        tcp.td.sendMsg(tcp.on(tcp.keeperOf(use.lport())), ask, reply -> then.accept(reply.error()));
    }

    /** To who keeps the port: a request of another tcp_thread of the machine, or of this one. */
    void onReserve(final Msg<Reserve> msg) {
        final PortUse use = msg.command().use();
        if (forbids(use.claim())) {
            msg.reply(NetError.EADDRINUSE);
            return;
        }
        tcp.ports.note(use);
        final IntStream here = use.claim().mindsAll() ? tcp.cpus().stream().mapToInt(cpu -> cpu) : IntStream.of();
        claim(use, IntStream.concat(here.filter(cpu -> cpu != tcp.td.cpu()), elsewhere()), msg::reply);
    }

    /** True when something on this CPU is an obstacle. */
    private boolean forbids(final PortClaim claim) {
        return (claim.mindsAll() && tcp.conns.usesPort(claim.lport())) || tcp.ports.forbids(claim);
    }

    /** CPUs of other members. */
    private IntStream elsewhere() {
        return IntStream.of(tcp.net.partition().cpus()).filter(cpu -> !tcp.isHere(cpu));
    }

    /** Asks these CPUs for a port that is noted here already; if one of them minds, it is noted no more. */
    private void claim(final PortUse use, final IntStream cpus, final Consumer<NetError> then) {
        final int[] asked = cpus.toArray();
        final Claiming claim = new Claiming(use, asked.length + 1, then);
        claiming.add(claim);
        for (final int cpu : asked) {
            final NetMsg question = new Claim(use.claim(), tcp.td.cpu());
            tcp.td.sendMsg(tcp.on(cpu), tcp.td.initMsg(question), reply -> answered(claim, reply.error()));
        }
        answered(claim, NetError.OK);
    }

    /** Who is dead or does not understand has nothing against it. */
    private void answered(final Claiming claim, final NetError error) {
        if (error == NetError.EADDRINUSE) {
            claim.error = error;
        }
        if (--claim.missing == 0) {
            claiming.remove(claim);
            if (claim.error != NetError.OK) {
                tcp.ports.release(claim.use.so(), claim.use.lport());
            }
            claim.then.accept(claim.error);
            claim.rivals.forEach(this::onClaim);
        }
    }

    void onClaim(final Msg<Claim> msg) {
        final PortClaim wanted = msg.command().claim();
        final Optional<Claiming> rival = claiming.stream()
                .filter(own -> own.use.lport() == wanted.lport() && wanted.conflictsWith(own.use))
                .findFirst();
        if (rival.isPresent() && msg.command().cpu() < tcp.td.cpu()) {
            rival.get().rivals.add(msg);
        } else {
            msg.reply(forbids(wanted) ? NetError.EADDRINUSE : NetError.OK);
        }
    }

    /** Gives a socket an ephemeral port, of this CPU's slice or, when that is exhausted, of the next; 0: there is none. */
    void choose(final TcpSocket so, final PortUse use, final IntConsumer then) {
        so.binding = true;
        pick(use, MOST_ASKED, own -> {
            if (own != 0) {
                chosen(so, own, then);
            } else if (tcp.cpus().size() == 1) {
                chosen(so, anywhere(use), then);
            } else {
                final Msg<NetMsg> ask = tcp.td.initMsg(new PickPort(use, tcp.td.cpu()));
                tcp.td.sendMsg(
                        tcp.on(tcp.nextCpu()),
                        ask,
                        reply -> chosen(
                                so, reply.error() == NetError.OK ? (Integer) reply.result() : anywhere(use), then));
            }
        });
    }

    private static void chosen(final TcpSocket so, final int port, final IntConsumer then) {
        so.binding = false;
        so.reserved = port != 0;
        so.lport = port;
        then.accept(port);
    }

    void onPickPort(final Msg<PickPort> msg) {
        pick(msg.command().use(), MOST_ASKED, port -> {
            if (port != 0) {
                msg.reply(NetError.OK, port);
            } else if (tcp.nextCpu() == msg.command().firstCpu()) {
                msg.reply(NetError.EADDRNOTAVAIL);
            } else {
                tcp.td.forwardMsg(tcp.on(tcp.nextCpu()), msg);
            }
        });
    }

    /** One of this CPU's slice: with a known peer one whose connection this machine owns, without one a port that no other member uses. */
    private void pick(final PortUse use, final int tries, final IntConsumer then) {
        final int port = tries == 0 ? 0 : tcp.ports.pick(use, candidate -> !use.connected() || isOurs(use, candidate));
        if (port == 0 || use.connected()) {
            then.accept(port);
        } else {
            claim(use.withPort(port), elsewhere(), error -> {
                if (error == NetError.OK) {
                    then.accept(port);
                } else {
                    pick(use, tries - 1, then);
                }
            });
        }
    }

    /** Where no port suits: one whose connection is another member's. */
    private int anywhere(final PortUse use) {
        return use.connected() ? tcp.ports.pick(use, port -> true) : 0;
    }

    private boolean isOurs(final PortUse use, final int port) {
        final int bucket = tcp.bucketOf(new FlowKey(use.laddr(), port, use.faddr(), use.fport(), IpProto.TCP));
        return tcp.isHere(tcp.net.partition().owner(bucket));
    }

    void onRelease(final Msg<TcpMsg.Release> msg) {
        final int keeper = tcp.keeperOf(msg.command().lport());
        if (keeper == tcp.td.cpu()) {
            tcp.ports.release(msg.command().so(), msg.command().lport());
        } else {
            tcp.tell(keeper, msg.command()); // from another member, which does not know who keeps it
        }
    }

    void onConnected(final Msg<TcpMsg.Connected> msg) {
        tcp.ports.connected(msg.command().so(), msg.command().lport());
    }
}
