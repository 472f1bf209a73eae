package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.stream.IntStream;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.PollFd;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockCall.Send;
import odonata.actors.socket.SockOpt;
import odonata.actors.tcp.TcpHost.Result;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.machine.TcpCounter;
import org.junit.jupiter.api.Test;

class SendTest extends ConnectedTest {
    @Test
    void shouldWaitUntilAllIsTaken() {
        final Result<Integer> result = client.begin(Send.of(out, new byte[200_000]));
        one.pass(5_000);
        assertThat(result.done).isFalse();
        int read = 0;
        while (read < 200_000) {
            read += server.ok(SockCall.Recv.of(in, 65_536)).length;
        }
        assertThat(result.value).isEqualTo(200_000);
    }

    @Test
    void shouldTakeWhatFitsWhenItMayNotWait() {
        final byte[] much = new byte[200_000];
        final int taken = client.ok(new Send(out, much, 0, much.length, Set.of(MsgFlag.MSG_DONTWAIT)));
        assertThat(taken).isBetween(32_768, 199_999);
        int all = taken;
        one.pass(5_000);
        Result<Integer> last = client.call(new Send(out, much, 0, much.length, Set.of(MsgFlag.MSG_DONTWAIT)));
        while (last.error == NetError.OK) {
            all += last.value;
            one.pass(5_000);
            last = client.call(new Send(out, much, 0, much.length, Set.of(MsgFlag.MSG_DONTWAIT)));
        }
        assertThat(last.error).isEqualTo(NetError.EAGAIN);
        assertThat(all).as("a send buffer and a receive buffer").isBetween(57_344, 57_344 + 32_768);
    }

    @Test
    void shouldSayHowFarItCameWhenAborted() {
        final Result<Integer> result = client.begin(Send.of(out, new byte[200_000]));
        one.pass(5_000);
        client.abort(result);
        one.pass(10);
        assertThat(result.error).isEqualTo(NetError.OK);
        assertThat(result.value).isBetween(32_768, 199_999);
        int read = 0;
        while (read < result.value) {
            read += server.ok(SockCall.Recv.of(in, 65_536)).length;
        }
        one.pass(1_000);
        assertThat(server.ok(new SockCall.Fionread(in))).isZero();
    }

    @Test
    void shouldNotMixTheBytesOfTwoThatWait() {
        final byte[] first = new byte[100_000];
        final byte[] second = new byte[100_000];
        java.util.Arrays.fill(second, (byte) 1);
        client.begin(Send.of(out, first));
        client.begin(Send.of(out, second));
        final java.io.ByteArrayOutputStream read = new java.io.ByteArrayOutputStream();
        while (read.size() < 200_000) {
            read.writeBytes(server.ok(SockCall.Recv.of(in, 65_536)));
        }
        final byte[] all = new byte[200_000];
        java.util.Arrays.fill(all, 100_000, 200_000, (byte) 1);
        assertThat(read.toByteArray()).isEqualTo(all);
    }

    @Test
    void shouldRefuseWithoutAConnectionAndAfterShutdown() {
        assertThat(client.error(Send.of(client.socket(), new byte[1]))).isEqualTo(NetError.ENOTCONN);
        client.ok(new SockCall.Shutdown(out, SockCall.How.SHUT_WR));
        assertThat(client.error(Send.of(out, new byte[1]))).isEqualTo(NetError.EPIPE);
        assertThat(client.error(Send.of(55, new byte[1]))).isEqualTo(NetError.EBADF);
    }

    /** The error once, then what a closed connection says. */
    @Test
    void shouldSayOnceThatThePeerResetAndThenEpipe() {
        server.ok(new SockCall.Setsockopt(in, SockOpt.SO_LINGER, 0));
        server.close(in);
        one.pass(100);
        assertThat(client.error(Send.of(out, new byte[1]))).isEqualTo(NetError.ECONNRESET);
        assertThat(client.error(Send.of(out, new byte[1]))).isEqualTo(NetError.EPIPE);
    }

    @Test
    void shouldWakeWithTheErrorWhenThePeerResets() {
        final Result<Integer> result = client.begin(Send.of(out, new byte[200_000]));
        one.pass(2_000);
        server.ok(new SockCall.Setsockopt(in, SockOpt.SO_LINGER, 0));
        server.close(in);
        one.pass(100);
        assertThat(result.error).as("what was taken counts more").isEqualTo(NetError.OK);
        assertThat(client.error(Send.of(out, new byte[1]))).isEqualTo(NetError.ECONNRESET);
    }

    @Test
    void shouldHoldBackWhileMoreFollows() {
        client.ok(new Send(out, new byte[10], 0, 10, Set.of(MsgFlag.MSG_MORE)));
        one.pass(100);
        assertThat(server.ok(new SockCall.Fionread(in))).isZero();
        client.ok(Send.of(out, new byte[10]));
        one.pass(100);
        assertThat(server.ok(new SockCall.Fionread(in))).isEqualTo(20);
    }

    @Test
    void shouldSendTheEndWithTheLastByte() {
        final long before = segments();
        client.ok(new Send(out, new byte[10], 0, 10, Set.of(MsgFlag.MSG_EOF)));
        one.pass(50);
        assertThat(segments()).as("text and FIN are one").isEqualTo(before + 1);
        assertThat(server.recv(in, 100)).hasSize(10);
        assertThat(server.recv(in, 100)).isEmpty();
        assertThat(client.error(Send.of(out, new byte[1]))).isEqualTo(NetError.EPIPE);
        server.send(in, "still");
        assertThat(client.recv(out, 100)).isEqualTo("still");
    }

    /** More than one message carries to the socket: only the last of them is the end. */
    @Test
    void shouldSendTheEndBehindManyPieces() {
        final byte[] much = new byte[2_500_000];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i % 251);
        }
        final Result<Integer> result = client.begin(new Send(out, much, 0, much.length, Set.of(MsgFlag.MSG_EOF)));
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] next = server.ok(SockCall.Recv.of(in, 65_536));
        while (next.length > 0) {
            all.writeBytes(next);
            next = server.ok(SockCall.Recv.of(in, 65_536));
        }
        assertThat(all.toByteArray()).isEqualTo(much);
        assertThat(result.value).isEqualTo(much.length);
    }

    private long segments() {
        return IntStream.range(0, one.host.cpus())
                .mapToLong(cpu -> one.host.tcp(cpu).counters().orElseThrow().get(TcpCounter.SNDPACK))
                .sum();
    }

    @Test
    void shouldEndNothingWhenNotAllWasTaken() {
        final Set<MsgFlag> flags = Set.of(MsgFlag.MSG_EOF, MsgFlag.MSG_DONTWAIT);
        final int taken = client.ok(new Send(out, new byte[200_000], 0, 200_000, flags));
        assertThat(taken).isBetween(1, 199_999);
        one.pass(1_000);
        int read = 0;
        while (read < taken) {
            read += server.ok(SockCall.Recv.of(in, 65_536)).length;
        }
        client.send(out, "more");
        assertThat(server.recv(in, 100)).isEqualTo("more");
    }

    @Test
    void shouldHoldBackWithNopushUntilItIsSwitchedOff() {
        client.ok(new SockCall.Setsockopt(out, SockOpt.TCP_NOPUSH, 1));
        client.ok(Send.of(out, new byte[10]));
        one.pass(100);
        assertThat(server.ok(new SockCall.Fionread(in))).isZero();
        client.ok(new SockCall.Setsockopt(out, SockOpt.TCP_NOPUSH, 0));
        one.pass(100);
        assertThat(server.ok(new SockCall.Fionread(in))).isEqualTo(10);
    }

    @Test
    void shouldAnnounceUrgentData() {
        client.ok(new Send(out, new byte[3], 0, 3, Set.of(MsgFlag.MSG_OOB)));
        final PollFd ready = server.ok(
                        new SockCall.Poll(java.util.List.of(PollFd.of(in, PollFd.POLLPRI)), 1_000_000_000))
                .get(0);
        assertThat(ready.revents()).isEqualTo(PollFd.POLLPRI);
    }
}
