package odonata.actors.tcp;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import odonata.actors.netisr.NetCounter;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.How;
import odonata.actors.socket.SockOpt;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.ip.IpProto;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.ip.ReassemblyLimits;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.buf.ReceiveBuffer;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.machine.TcpState;
import odonata.protocol.wire.InetChecksum;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;

/**
 * Packets that a fuzzer makes, through the whole input of a member of two CPUs in virtual time, while it has a connection in the state that the first byte names, and
 * UDP sockets. No exception, bounded memory, and when the user has gone everything ends. What the bytes mean is in {@link #run}; the same bytes, the same run.
 *
 * <p>{@code bench/fuzz} lets Jazzer choose the bytes, {@link IpInputFuzzTest} runs those that it found worth keeping.
 */
public final class IpInputFuzz {
    private static final int PEER_PORT = 4_000;
    private static final int PORT = 80;
    private static final int UDP_PORT = 4_001;
    private static final int MOST_BUFFER = 128 << 10;
    private static final int MOST_TEXT = 2_000;
    private static final int ME = Ipv4Address.parse(OneHost.ME);
    private static final byte[] TEXT = new byte[MOST_TEXT];
    private static final FlowKey FLOW = new FlowKey(Peer.ADDR, PEER_PORT, ME, PORT, IpProto.TCP);

    /** The other way. */
    private static final FlowKey SENT = FLOW.reversed();

    private final OneHost one = new OneHost(2);
    private final FuzzInput in;
    private final Peer peer = new Peer(one, PEER_PORT, PORT);
    private int listening = -1;
    private int fd = -1;
    private final int udp;
    private int packets;

    private IpInputFuzz(final FuzzInput in) {
        this.in = in;
        udp = one.server.ok(SockCall.Socket.udp());
    }

    /** Jazzer calls it, by this name. */
    public static void fuzzerTestOneInput(final byte[] input) {
        run(input);
    }

    /** Runs one input; answers the state in which the first packet met the connection, and how many packets there were. */
    static Met run(final byte... input) {
        final IpInputFuzz fuzz = new IpInputFuzz(new FuzzInput(input));
        try {
            return fuzz.run();
        } finally {
            fuzz.one.close();
        }
    }

    /** A state, and how many packets came. */
    record Met(TcpState state, int packets) {}

    private Met run() {
        final TcpState[] states = TcpState.values();
        final TcpState wanted = states[in.below(states.length)];
        final int knobs = in.next();
        one.host.stacks.forEach(stack -> set(stack.tcp().settings(), knobs));
        one.server.ok(new SockCall.Bind(udp, SockAddr.any(UDP_PORT)));
        reach(wanted, (knobs & 0x40) != 0);
        final TcpState met = connection()
                .map(so -> so.tcb.state())
                .orElse(wanted == TcpState.LISTEN || wanted == TcpState.SYN_RECEIVED ? wanted : TcpState.CLOSED);
        while (!in.isAtEnd()) {
            step();
            check();
        }
        one.end();
        check();
        return new Met(met, packets);
    }

    private static void set(final TcpSettings settings, final int knobs) {
        settings.sack = (knobs & 1) != 0;
        settings.rfc1323 = (knobs & 2) != 0;
        settings.ecn = (knobs & 4) != 0 ? TcpSettings.Ecn.ASK : TcpSettings.Ecn.OFF;
        settings.recvSpace = (knobs & 8) != 0 ? 500 : settings.recvSpace;
        settings.sendSpace = (knobs & 16) != 0 ? 500 : settings.sendSpace;
        settings.syncookiesOnly = (knobs & 32) != 0;
    }

    private Optional<TcpSocket> connection() {
        return one.host.connections().stream()
                .filter(so -> so.flow().dport() == PEER_PORT)
                .findFirst();
    }

    /** {@code active}: the SYN is this side's, so that SYN-RECEIVED has a control block. */
    private void reach(final TcpState state, final boolean active) {
        switch (state) {
            case CLOSED -> {}
            case LISTEN -> listening = one.server.listen(PORT, 2);
            case SYN_SENT -> connect();
            case SYN_RECEIVED -> {
                if (active) {
                    connect();
                } else {
                    reach(TcpState.LISTEN, false);
                }
                peer(TcpHeader.SYN, 0);
            }
            case ESTABLISHED -> establish(active);
            case FIN_WAIT_1 -> {
                establish(active);
                one.server.begin(new SockCall.Shutdown(fd, How.SHUT_WR));
                one.pass(1);
            }
            case FIN_WAIT_2 -> {
                reach(TcpState.FIN_WAIT_1, active);
                peer(TcpHeader.ACK, 0);
            }
            case CLOSE_WAIT -> {
                establish(active);
                peer(TcpHeader.ACK | TcpHeader.FIN, 0);
            }
            case CLOSING -> {
                reach(TcpState.FIN_WAIT_1, active);
                peer(TcpHeader.ACK | TcpHeader.FIN, -1);
            }
            case LAST_ACK -> {
                reach(TcpState.CLOSE_WAIT, active);
                one.server.begin(new SockCall.Shutdown(fd, How.SHUT_WR));
                one.pass(1);
            }
            case TIME_WAIT -> {
                reach(TcpState.FIN_WAIT_2, active);
                peer(TcpHeader.ACK | TcpHeader.FIN, 0);
            }
        }
    }

    private void connect() {
        fd = one.server.socket();
        one.server.ok(new SockCall.Bind(fd, SockAddr.any(PORT)));
        one.server.begin(new SockCall.Connect(fd, new SockAddr(Peer.ADDR, PEER_PORT)));
        one.pass(1);
    }

    private void establish(final boolean active) {
        if (active) {
            connect();
            peer(TcpHeader.SYN | TcpHeader.ACK, 0);
        } else {
            listening = one.server.listen(PORT, 2);
            peer.syn(1_000);
            one.pass(1);
            peer.ack(1_001, peer.iss() + 1);
            fd = one.server.accept(listening);
        }
    }

    /** An honest segment; it acknowledges all that was sent, and {@code less}. */
    private void peer(final int flags, final int less) {
        final int seq = connection().map(so -> so.tcb.rcvNxt()).orElse(1_000);
        final int ack = connection().map(so -> so.tcb.sndMax() + less).orElse(0);
        final boolean first = (flags & TcpHeader.SYN) != 0;
        peer.send(first ? 1_000 : seq, (flags & TcpHeader.ACK) != 0 ? ack : 0, flags);
        one.pass(1);
    }

    private void step() {
        switch (in.below(8)) {
            case 0, 1 -> inject(segment());
            case 2 -> inject(repaired(in.bytes(in.next())));
            case 3 -> inject(ofAnyProtocol());
            case 4 -> icmpError();
            case 5 -> fragments();
            case 6 -> one.pass(in.next() * (long) in.next());
            default -> userCall();
        }
        one.pass(1);
    }

    private void inject(final byte... packet) {
        if (packet.length > 0) {
            packets++;
            one.inject(Mbuf.of(packet));
        }
    }

    /** A segment of the connection, its numbers near those that fit, its options any bytes, its checksum right. */
    private byte[] segment() {
        final Optional<TcpSocket> so = connection();
        final int kind = in.next();
        final int seq = near(kind, so.map(of -> of.tcb.rcvNxt()).orElse(1_001));
        final int ack = near(kind >> 2, so.map(of -> of.tcb.sndMax()).orElse(peer.iss() + 1));
        final int flags = in.next();
        final byte[] options = in.bytes(in.next() % 11 * 4);
        final byte[] text = (kind & 0x80) != 0 ? TEXT.clone() : in.bytes(in.next());
        final int used = (kind & 0x80) != 0 ? in.next16() % 1_400 : text.length;
        final int header = TcpHeader.MIN_LENGTH + (options.length & ~3);
        final byte[] packet = new byte[Ipv4Header.MIN_LENGTH + header + used];
        ip(packet, IpProto.TCP);
        new TcpHeader()
                .wrap(packet, Ipv4Header.MIN_LENGTH, header + used)
                .init(FLOW.sport(), FLOW.dport(), seq, ack, flags)
                .window(in.next16())
                .urgent((kind & 0x40) != 0 ? in.next16() : 0)
                .headerLength(header);
        System.arraycopy(options, 0, packet, Ipv4Header.MIN_LENGTH + TcpHeader.MIN_LENGTH, options.length & ~3);
        System.arraycopy(text, 0, packet, Ipv4Header.MIN_LENGTH + header, used);
        return repaired(packet);
    }

    private int near(final int kind, final int value) {
        return switch (kind & 3) {
            case 0 -> value;
            case 1 -> value + in.signed16();
            case 2 -> value + (byte) in.next();
            default -> in.next32();
        };
    }

    private static Ipv4Header ip(final byte[] packet, final int proto) {
        return new Ipv4Header().wrap(packet, 0, packet.length).init(proto, FLOW.src(), FLOW.dst(), packet.length);
    }

    private byte[] ofAnyProtocol() {
        final int proto =
                switch (in.below(4)) {
                    case 0 -> IpProto.UDP;
                    case 1 -> IpProto.TCP;
                    case 2 -> IpProto.ICMP;
                    default -> in.next();
                };
        final byte[] payload = in.bytes(in.next());
        final byte[] packet = new byte[Ipv4Header.MIN_LENGTH + payload.length];
        ip(packet, proto);
        System.arraycopy(payload, 0, packet, Ipv4Header.MIN_LENGTH, payload.length);
        if (proto == IpProto.UDP && payload.length >= 8 && in.chance()) {
            NetOrder.putShort(packet, Ipv4Header.MIN_LENGTH + 2, UDP_PORT);
            NetOrder.putShort(packet, Ipv4Header.MIN_LENGTH + 4, payload.length);
        }
        return repaired(packet);
    }

    /** About a segment that the connection may have sent. */
    private void icmpError() {
        final byte[] quoted = new byte[Ipv4Header.MIN_LENGTH + TcpHeader.MIN_LENGTH];
        new Ipv4Header()
                .wrap(quoted, 0, quoted.length)
                .init(in.chance() ? IpProto.TCP : IpProto.UDP, SENT.src(), SENT.dst(), quoted.length)
                .putChecksum();
        final int seq = near(in.next(), connection().map(so -> so.tcb.sndUna()).orElse(peer.iss()));
        new TcpHeader()
                .wrap(quoted, Ipv4Header.MIN_LENGTH, TcpHeader.MIN_LENGTH)
                .init(SENT.sport(), SENT.dport(), seq, 0, TcpHeader.ACK);
        IcmpError.build(Peer.ADDR, in.next(), in.next(), in.next16(), Mbuf.of(quoted))
                .ifPresent(this::inject);
    }

    /** A segment in pieces, which may overlap, lack, or come twice. */
    private void fragments() {
        final byte[] whole = in.chance() ? segment() : ofAnyProtocol();
        final int payload = whole.length - Ipv4Header.MIN_LENGTH;
        final int ident = in.below(4);
        for (int pieces = 1 + in.below(4); pieces > 0; pieces--) {
            final int from = 8 * Math.min(in.next(), payload / 8);
            final int length = Math.min(payload - from, 8 * (1 + in.below(40)));
            final byte[] piece = new byte[Ipv4Header.MIN_LENGTH + length];
            final int flags = in.next();
            ip(piece, whole[9] & 0xff)
                    .ident(ident)
                    .fragment((flags & 1) != 0 ? Ipv4Header.MF : 0, (flags & 2) != 0 ? 8 * in.next16() & 0xfff8 : from)
                    .putChecksum();
            System.arraycopy(whole, Ipv4Header.MIN_LENGTH + from, piece, Ipv4Header.MIN_LENGTH, length);
            inject(piece);
        }
    }

    /** Its checksums are made right, as far as its lengths allow. */
    private static byte[] repaired(final byte... packet) {
        final int header = packet.length > 0 ? (packet[0] & 0xf) << 2 : 0;
        if (header < Ipv4Header.MIN_LENGTH || packet.length < header) {
            return packet;
        }
        new Ipv4Header().wrap(packet, 0, packet.length).putChecksum();
        final int proto = packet[9] & 0xff;
        final int field = proto == IpProto.TCP ? 16 : proto == IpProto.UDP ? 6 : 2;
        final int length = packet.length - header;
        if (length >= field + 2) {
            NetOrder.putShort(packet, header + field, 0);
            final long pseudo = proto == IpProto.TCP || proto == IpProto.UDP
                    ? InetChecksum.pseudoHeader(NetOrder.getInt(packet, 12), NetOrder.getInt(packet, 16), proto, length)
                    : 0;
            NetOrder.putShort(
                    packet, header + field, InetChecksum.finish(pseudo + InetChecksum.sum(packet, header, length)));
        }
        return packet;
    }

    private void userCall() {
        final SockOpt[] options = SockOpt.values();
        final int at = fd < 0 ? listening : fd;
        final SockCall<?> call =
                switch (in.below(9)) {
                    case 0 -> new SockCall.Send(at, TEXT, 0, in.next16() % MOST_TEXT, Set.of());
                    case 1 -> new SockCall.Send(at, TEXT, 0, in.next(), Set.of(MsgFlag.MSG_OOB, MsgFlag.MSG_DONTWAIT));
                    case 2 -> SockCall.Recv.of(at, in.next16());
                    case 3 ->
                        new SockCall.Shutdown(
                                at, in.chance() ? How.SHUT_WR : in.chance() ? How.SHUT_RD : How.SHUT_RDWR);
                    case 4 -> new SockCall.Setsockopt(at, options[in.below(options.length)], in.next16());
                    case 5 -> new SockCall.Poll(List.of(PollFd.of(at, in.next())), in.next() * 1_000_000L);
                    case 6 -> new SockCall.Recvfrom(udp, in.next16(), Set.of(MsgFlag.MSG_DONTWAIT));
                    case 7 -> new SockCall.Connect(udp, new SockAddr(Peer.ADDR, PEER_PORT));
                    default -> new SockCall.Close(at);
                };
        one.server.begin(call);
    }

    /** Memory is bounded whatever comes; the invariants of TCP are checked after each step of the machine. */
    private void check() {
        for (final TcpSocket so : one.host.connections()) {
            expect(so.tcb.receiveBuffer().capacity() <= MOST_BUFFER, "receive buffer", so);
            expect(so.tcb.sendBuffer().capacity() <= MOST_BUFFER, "send buffer", so);
            expect(so.tcb.receiveBuffer().ranges() <= ReceiveBuffer.MAX_RANGES, "reassembly", so);
        }
        final ReassemblyLimits limits = ReassemblyLimits.defaults();
        expect(one.host.sum(NetCounter.FRAG_BYTES) <= limits.bytes(), "bytes of fragments", in);
        expect(one.host.sum(NetCounter.FRAG_PACKETS) <= limits.datagrams(), "datagrams begun", in);
    }

    private static void expect(final boolean holds, final String what, final Object about) {
        if (!holds) {
            throw new AssertionError(what + ": " + about);
        }
    }
}
