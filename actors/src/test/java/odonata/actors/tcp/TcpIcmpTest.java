package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import odonata.protocol.icmp.IcmpError;
import odonata.protocol.icmp.IcmpHeader;
import odonata.protocol.ip.Ipv4Address;
import odonata.protocol.ip.Ipv4Header;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.wire.Mbuf;
import odonata.protocol.wire.NetOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ICMP errors reach the connection that they are about, wherever it is, and only if they are about a segment in flight. */
class TcpIcmpTest {
    private static final int ROUTER = Ipv4Address.parse("10.9.0.1");
    private static final int SPORT = 4_000;

    private final OneHost one = new OneHost(4);

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    private void icmp(final int code, final int mtu, final Mbuf cause) {
        one.inject(Mbuf.of(IcmpError.build(ROUTER, IcmpHeader.UNREACHABLE, code, mtu, cause)
                .orElseThrow()));
        one.pass(5);
    }

    private int accepted(final Peer peer) {
        final int listening = one.server.listen(80, 5);
        peer.syn(1_000, 1_460);
        one.pass(1);
        peer.ack(1_001, peer.iss() + 1);
        final int fd = one.server.accept(listening);
        one.server.ok(new SockCall.Setsockopt(fd, SockOpt.SO_LINGER, 0));
        return fd;
    }

    @Test
    void shouldRefuseAConnectWhoseSynIsAnsweredSo() {
        final int fd = one.client.socket();
        final Peer peer = new Peer(one, SPORT, 80);
        final Result<Void> connect = one.client.begin(new SockCall.Connect(fd, SockAddr.of("10.9.9.9", SPORT)));
        one.pass(5);
        assertThat(connect.done).isFalse();
        icmp(IcmpHeader.PORT_UNREACHABLE, 0, peer.packets().get(0));
        assertThat(connect.done).isTrue();
        assertThat(connect.error).isEqualTo(NetError.ECONNREFUSED);
    }

    /** 5.8: an error may pass; the second one after three retransmissions does not. */
    @Test
    void shouldForgetAHandshakeWhosePeerStaysUnreachable() {
        one.server.listen(80, 5);
        final Peer peer = new Peer(one, SPORT, 80);
        peer.syn(1_000);
        one.pass(1);
        final Mbuf synAck = peer.packets().get(0);
        icmp(IcmpHeader.HOST_UNREACHABLE, 0, synAck);
        icmp(IcmpHeader.HOST_UNREACHABLE, 0, synAck);
        assertThat(one.host.halfOpen()).isEqualTo(1);
        one.pass(22_000);
        assertThat(peer.heard()).hasSize(4);
        final byte[] forged = synAck.data().clone();
        NetOrder.putInt(forged, Ipv4Header.MIN_LENGTH + 4, peer.iss() + 1);
        icmp(IcmpHeader.HOST_UNREACHABLE, 0, Mbuf.of(forged));
        assertThat(one.host.halfOpen()).isEqualTo(1);
        icmp(IcmpHeader.HOST_UNREACHABLE, 0, synAck);
        assertThat(one.host.halfOpen()).isZero();
    }

    @Test
    void shouldSendSmallerSegmentsWhenTheyWereTooBig() {
        final Peer peer = new Peer(one, SPORT, 80);
        final int fd = accepted(peer);
        one.server.ok(SockCall.Send.of(fd, new byte[2_000]));
        one.pass(5);
        final TcpHeader first = peer.heard().get(1);
        assertThat(first.payloadLength()).isEqualTo(1_460);
        final int before = peer.heard().size();
        icmp(IcmpHeader.FRAGMENTATION_NEEDED, 1_000, peer.packets().get(1));
        final TcpHeader again = peer.heard().get(before);
        assertThat(again.seq()).isEqualTo(first.seq());
        assertThat(again.payloadLength()).isEqualTo(960);
        assertThat(one.server.ok(new SockCall.GetTcpInfo(fd)).segmentSize()).isEqualTo(960);
    }

    /** RFC 5927: who does not know the sequence numbers can do nothing. */
    @Test
    void shouldNotBelieveWhatQuotesNothingInFlight() {
        final Peer peer = new Peer(one, SPORT, 80);
        final int fd = accepted(peer);
        one.server.ok(SockCall.Send.of(fd, new byte[2_000]));
        one.pass(5);
        final byte[] forged = peer.packets().get(1).data().clone();
        NetOrder.putInt(forged, Ipv4Header.MIN_LENGTH + 4, peer.iss() - 5_000);
        icmp(IcmpHeader.FRAGMENTATION_NEEDED, 600, Mbuf.of(forged));
        assertThat(one.server.ok(new SockCall.GetTcpInfo(fd)).segmentSize()).isEqualTo(1_460);
    }

    /** An established connection takes it for a hint: what is wrong on the way may pass. */
    @Test
    void shouldNotEndAConnection() {
        final Peer peer = new Peer(one, SPORT, 80);
        final int fd = accepted(peer);
        one.server.ok(SockCall.Send.of(fd, new byte[100]));
        one.pass(5);
        icmp(IcmpHeader.PORT_UNREACHABLE, 0, peer.packets().get(1));
        peer.ack(1_001, peer.iss() + 101);
        one.server.ok(SockCall.Send.of(fd, new byte[100]));
        one.pass(5);
        assertThat(one.host.connections()).hasSize(1);
    }
}
