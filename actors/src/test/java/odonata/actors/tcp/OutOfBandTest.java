package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Recv;
import odonata.actors.socket.SockCall.Send;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Urgent data of a stream: SIOCATMARK, POLLPRI, MSG_OOB, SO_OOBINLINE. */
class OutOfBandTest extends ConnectedTest {
    private void urgent(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        client.ok(new Send(out, bytes, 0, bytes.length, Set.of(MsgFlag.MSG_OOB)));
        one.pass(100);
    }

    private void normal(final String text) {
        client.send(out, text);
        one.pass(100);
    }

    private boolean atMark() {
        return server.ok(new SockCall.Sockatmark(in));
    }

    private int poll(final int events) {
        return server.ok(new SockCall.Poll(List.of(PollFd.of(in, events)), 0))
                .get(0)
                .revents();
    }

    private String outOfBand(final MsgFlag... others) {
        final Set<MsgFlag> flags = new java.util.HashSet<>(Set.of(others));
        flags.add(MsgFlag.MSG_OOB);
        final Result<byte[]> result = server.call(new Recv(in, 10, flags));
        return result.error == NetError.OK
                ? new String(result.value, StandardCharsets.US_ASCII)
                : result.error.toString();
    }

    @Nested
    class Inline {
        @Test
        void shouldStopBeforeTheUrgentByteAndSaySo() {
            normal("ab");
            urgent("cd!");
            normal("ef");
            assertThat(atMark()).isFalse();
            assertThat(poll(PollFd.POLLPRI)).isEqualTo(PollFd.POLLPRI);
            assertThat(server.ok(new Recv(in, 10, Set.of(MsgFlag.MSG_PEEK)))).hasSize(4);
            assertThat(server.recv(in, 3)).isEqualTo("abc");
            assertThat(atMark()).isFalse();
            assertThat(server.recv(in, 10)).isEqualTo("d");
            assertThat(atMark()).isTrue();
            assertThat(poll(PollFd.POLLPRI)).isEqualTo(PollFd.POLLPRI);
            assertThat(server.recv(in, 10)).isEqualTo("!ef");
            assertThat(atMark()).isFalse();
            assertThat(poll(PollFd.POLLPRI)).isZero();
        }

        @Test
        void shouldNotWaitForWhatLiesBehindTheMark() {
            final Result<byte[]> all = server.begin(new Recv(in, 6, Set.of(MsgFlag.MSG_WAITALL)));
            normal("ab");
            assertThat(all.done).isFalse();
            urgent("c!");
            assertThat(all.value).containsExactly('a', 'b', 'c');
            assertThat(server.begin(new Recv(in, 1, Set.of(MsgFlag.MSG_WAITALL))).done)
                    .isFalse();
            one.pass(1);
        }

        @Test
        void shouldHaveNothingOutOfBand() {
            urgent("!");
            assertThat(outOfBand()).isEqualTo("EINVAL");
            assertThat(atMark()).isTrue();
        }
    }

    @Nested
    class OutOfTheStream {
        @BeforeEach
        void notInline() {
            server.ok(new SockCall.Setsockopt(in, SockOpt.SO_OOBINLINE, 0));
        }

        @Test
        void shouldReceiveTheByteOnceAndPassOverItInTheStream() {
            normal("ab");
            urgent("!");
            normal("cd");
            assertThat(server.ok(new SockCall.Fionread(in))).isEqualTo(4);
            assertThat(outOfBand(MsgFlag.MSG_PEEK)).isEqualTo("!");
            assertThat(outOfBand()).isEqualTo("!");
            assertThat(outOfBand()).isEqualTo("EINVAL");
            assertThat(server.recv(in, 10)).isEqualTo("ab");
            assertThat(atMark()).isTrue();
            assertThat(server.ok(new Recv(in, 10, Set.of(MsgFlag.MSG_PEEK)))).containsExactly('c', 'd');
            assertThat(server.recv(in, 1)).isEqualTo("c");
            assertThat(atMark()).isFalse();
            assertThat(server.recv(in, 10)).isEqualTo("d");
        }

        @Test
        void shouldNotBeReadableByAnUrgentByte() {
            urgent("!");
            assertThat(poll(PollFd.POLLIN | PollFd.POLLPRI)).isEqualTo(PollFd.POLLPRI);
            assertThat(server.error(new Recv(in, 10, Set.of(MsgFlag.MSG_DONTWAIT))))
                    .isEqualTo(NetError.EAGAIN);
            client.ok(new SockCall.Shutdown(out, SockCall.How.SHUT_WR));
            one.pass(100);
            assertThat(server.recv(in, 10)).isEmpty();
            assertThat(outOfBand()).isEqualTo("!");
        }

        @Test
        void shouldReceiveEachOfSeveral() {
            urgent("1");
            assertThat(outOfBand()).isEqualTo("1");
            urgent("2");
            assertThat(outOfBand()).isEqualTo("2");
            assertThat(outOfBand()).isEqualTo("EINVAL");
        }

        @Test
        void shouldHaveNoneWhenNoneCame() {
            normal("ab");
            assertThat(outOfBand()).isEqualTo("EINVAL");
            assertThat(atMark()).isFalse();
        }

        /** The peer's window is closed: that there is something is told, what it is not. */
        @Test
        void shouldSayThatTheByteIsNotThereYet() {
            final int room = server.ok(new SockCall.Getsockopt(in, SockOpt.SO_RCVBUF));
            client.ok(new SockCall.SetNonblock(out, true));
            client.call(Send.of(out, new byte[room]));
            one.pass(10_000);
            client.call(Send.of(out, new byte[room]));
            one.pass(10_000);
            client.call(new Send(out, new byte[1], 0, 1, Set.of(MsgFlag.MSG_OOB)));
            one.pass(100);
            assertThat(outOfBand()).isEqualTo("EAGAIN");
        }
    }
}
