package odonata.actors.tcp;

import odonata.actors.netisr.CpuNet;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.Kassert;
import odonata.protocol.errno.NetError;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.machine.TcpActions;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpEvent;
import odonata.protocol.tcp.machine.TcpOut;
import odonata.protocol.tcp.machine.TcpTimer;
import odonata.protocol.wire.Mbuf;

/** What the machine wants done, done for the socket it is working on: packets to {@link CpuNet}, one callout a connection (R55, I54). */
final class TcpIo implements TcpActions {
    private static final long NS_PER_US = 1_000;

    private final TcpCpu tcp;
    private final Ipv4Header ip = new Ipv4Header();
    private TcpSocket current;
    private boolean muted;

    TcpIo(final TcpCpu tcp) {
        this.tcp = tcp;
    }

    void current(final TcpSocket so) {
        current = so;
    }

    /** While it is muted the machine may say what it wants: it is replayed what has been. */
    void mute(final boolean on) {
        muted = on;
    }

    @Override
    public void send(final TcpCb tcb, final TcpOut segment) {
        if (muted) {
            return;
        }
        Kassert.check(current.tcb == tcb, "a segment of %s while %s is worked on", tcb.flow(), current);
        final NetError error = output(
                segment,
                tcb.flow().src(),
                tcb.flow().dst(),
                current.options.get(SockOpt.IP_TTL),
                current.options.get(SockOpt.IP_TOS));
        if (error == NetError.EMSGSIZE) {
            current.tooLong = true;
        }
    }

    /** {@code ip_output} of a segment, which may not be cut. */
    NetError output(final TcpOut segment, final int src, final int dst, final int ttl, final int tos) {
        final byte[] packet = segment.packet(Ipv4Header.MIN_LENGTH, src, dst);
        ip.wrap(packet, 0, packet.length).init(IpProto.TCP, src, dst, packet.length);
        ip.ttl(ttl).tos(segment.tos(tos));
        ip.fragment(tcp.machine.settings().pathMtuDiscovery ? Ipv4Header.DF : 0, 0);
        tcp.td.copied(segment.textLength());
        return tcp.net.output(tcp.td, Mbuf.of(packet), segment.segmentSize());
    }

    @Override
    public void timer(final TcpCb tcb, final long atUs) {
        final TcpSocket so = current;
        if (muted) {
            return;
        }
        if (atUs == TcpTimer.NEVER) {
            if (so.timer != null) {
                so.timer.stop();
            }
            return;
        }
        if (so.timer == null) {
            so.timer = tcp.td.callout(() -> tcp.expire(so));
        }
        so.timer.reset(Math.max(0, atUs * NS_PER_US - tcp.td.now()));
    }

    @Override
    public void event(final TcpCb tcb, final TcpEvent event) {
        switch (event) {
            case CONNECTED -> current.connected = true;
            case URGENT -> current.urgentTaken = false;
            case READABLE, WRITABLE, EOF, RELISTEN, CLOSED -> {}
        }
    }
}
