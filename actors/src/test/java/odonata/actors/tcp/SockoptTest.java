package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Getsockopt;
import odonata.actors.socket.SockCall.Setsockopt;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpInfo;
import odonata.protocol.tcp.machine.TcpState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SockoptTest {
    private static final Map<SockOpt, Integer> GOOD = Map.ofEntries(
            Map.entry(SockOpt.SO_RCVBUF, 4_096),
            Map.entry(SockOpt.SO_SNDBUF, 8_192),
            Map.entry(SockOpt.SO_BROADCAST, 1),
            Map.entry(SockOpt.SO_DEBUG, 1),
            Map.entry(SockOpt.SO_RCVLOWAT, 10),
            Map.entry(SockOpt.SO_SNDLOWAT, 100),
            Map.entry(SockOpt.TCP_USER_TIMEOUT, 5_000),
            Map.entry(SockOpt.SO_REUSEADDR, 1),
            Map.entry(SockOpt.SO_REUSEPORT, 1),
            Map.entry(SockOpt.SO_LINGER, 7),
            Map.entry(SockOpt.SO_KEEPALIVE, 1),
            Map.entry(SockOpt.TCP_NODELAY, 1),
            Map.entry(SockOpt.TCP_NOPUSH, 1),
            Map.entry(SockOpt.TCP_NOOPT, 1),
            Map.entry(SockOpt.TCP_MAXSEG, 700),
            Map.entry(SockOpt.TCP_KEEPINIT, 1_000),
            Map.entry(SockOpt.TCP_KEEPIDLE, 2_000),
            Map.entry(SockOpt.TCP_KEEPINTVL, 3_000),
            Map.entry(SockOpt.TCP_KEEPCNT, 4),
            Map.entry(SockOpt.IP_TTL, 12),
            Map.entry(SockOpt.IP_TOS, 16));

    private final OneHost one = new OneHost(2);
    private final Caller client = one.client;

    @AfterEach
    void close() {
        one.end();
        one.close();
    }

    @Test
    void shouldReadWhatWasSet() {
        for (final SockOpt option : SockOpt.values()) {
            final int fd = client.socket();
            if (GOOD.containsKey(option)) {
                assertThat(client.ok(new Getsockopt(fd, option)))
                        .as("%s before", option)
                        .isNotEqualTo(GOOD.get(option));
                client.ok(new Setsockopt(fd, option, GOOD.get(option)));
                assertThat(client.ok(new Getsockopt(fd, option)))
                        .as("%s", option)
                        .isEqualTo(GOOD.get(option));
            } else if (option != SockOpt.SO_OOBINLINE) {
                assertThat(client.error(new Setsockopt(fd, option, 1))).isEqualTo(NetError.ENOPROTOOPT);
            }
        }
    }

    /** RFC 6093: urgent data is in the stream, unless somebody asks for BSD's old way ({@link OutOfBandTest}). */
    @Test
    void shouldKeepUrgentDataInlineUnlessToldOtherwise() {
        final int fd = client.socket();
        assertThat(client.ok(new Getsockopt(fd, SockOpt.SO_OOBINLINE))).isEqualTo(1);
        client.ok(new Setsockopt(fd, SockOpt.SO_OOBINLINE, 0));
        assertThat(client.ok(new Getsockopt(fd, SockOpt.SO_OOBINLINE))).isZero();
    }

    /** Fewer bytes than the low-water mark wake nobody; the end of the stream does. */
    @Test
    void shouldWaitForTheLowWaterMark() {
        final int[] pair = one.pair(80);
        one.server.ok(new Setsockopt(pair[1], SockOpt.SO_RCVLOWAT, 4));
        final var received = one.server.begin(SockCall.Recv.of(pair[1], 100));
        client.send(pair[0], "abc");
        one.pass(1_000);
        assertThat(received.done).isFalse();
        client.send(pair[0], "d");
        one.host.await(received);
        assertThat(received.value).hasSize(4);
        client.send(pair[0], "ef");
        final var last = one.server.begin(SockCall.Recv.of(pair[1], 100));
        client.ok(new SockCall.Shutdown(pair[0], SockCall.How.SHUT_WR));
        one.host.await(last);
        assertThat(last.value).hasSize(2);
    }

    @Test
    void shouldRefuseValuesThatCannotBe() {
        final int fd = client.socket();
        assertThat(client.error(new Setsockopt(fd, SockOpt.SO_RCVBUF, 0))).isEqualTo(NetError.EINVAL);
        assertThat(client.error(new Setsockopt(fd, SockOpt.SO_SNDBUF, 1 << 30))).isEqualTo(NetError.ENOBUFS);
        assertThat(client.error(new Setsockopt(fd, SockOpt.IP_TTL, 0))).isEqualTo(NetError.EINVAL);
        assertThat(client.error(new Setsockopt(fd, SockOpt.IP_TOS, 256))).isEqualTo(NetError.EINVAL);
        assertThat(client.error(new Setsockopt(fd, SockOpt.TCP_KEEPCNT, 0))).isEqualTo(NetError.EINVAL);
        assertThat(client.error(new Setsockopt(fd, SockOpt.SO_LINGER, -2))).isEqualTo(NetError.EINVAL);
    }

    @Test
    void shouldShowTheStateOfAConnection() {
        final int listening = one.server.listen(80, 5);
        assertThat(one.server.ok(new SockCall.GetTcpInfo(listening)).state()).isEqualTo(TcpState.LISTEN);
        final int fd = client.socket();
        assertThat(client.ok(new SockCall.GetTcpInfo(fd)).state()).isEqualTo(TcpState.CLOSED);
        client.ok(new Setsockopt(fd, SockOpt.TCP_MAXSEG, 700));
        client.ok(new SockCall.Connect(fd, SockAddr.of(OneHost.ME, 80)));
        final TcpInfo info = client.ok(new SockCall.GetTcpInfo(fd));
        assertThat(info.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(info.timestamps()).isTrue();
        assertThat(info.segmentSize()).isEqualTo(700 - 12);
        assertThat(client.ok(new Getsockopt(fd, SockOpt.TCP_MAXSEG))).isEqualTo(700 - 12);
        assertThat(client.error(new Setsockopt(fd, SockOpt.TCP_MAXSEG, 600))).isEqualTo(NetError.EINVAL);
        assertThat(client.ok(new SockCall.Getpeername(fd))).isEqualTo(SockAddr.of(OneHost.ME, 80));
        assertThat(client.error(new SockCall.Getpeername(client.socket()))).isEqualTo(NetError.ENOTCONN);
    }

    @Test
    void shouldRefuseFamiliesAndProtocolsThatAreNotSpoken() {
        assertThat(client.error(new SockCall.Socket(28, 1, 0))).isEqualTo(NetError.EAFNOSUPPORT);
        assertThat(client.error(new SockCall.Socket(2, 3, 0))).isEqualTo(NetError.EPROTONOSUPPORT);
        assertThat(client.error(new SockCall.Socket(2, 1, 17))).isEqualTo(NetError.EPROTONOSUPPORT);
        assertThat(client.error(new SockCall.Socket(2, 2, 6))).isEqualTo(NetError.EPROTONOSUPPORT);
    }
}
