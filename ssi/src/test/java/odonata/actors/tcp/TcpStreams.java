package odonata.actors.tcp;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Set;
import odonata.actors.socket.SockCall;
import odonata.actors.tcp.TcpMember.Caller;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;

/** One end of a connection that sends bytes from a seed, in pieces of any size, and reads what comes, at once; it closes when both are over. */
final class TcpStreams {
    private final Caller caller;
    private final int fd;
    private final byte[] sends;
    private final Seed seed;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    NetError failure = NetError.OK;
    boolean closed;
    private int sent;
    private boolean eof;
    private boolean finished;

    TcpStreams(final Caller caller, final int fd, final int bytes, final Seed seed) {
        this.caller = caller;
        this.fd = fd;
        this.seed = seed;
        this.sends = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            sends[i] = (byte) seed.nextInt(256);
        }
    }

    void start() {
        caller.run(() -> {
            write();
            read();
        });
    }

    boolean over() {
        return closed || failure != NetError.OK;
    }

    private void write() {
        if (sent == sends.length) {
            caller.now(new SockCall.Shutdown(fd, SockCall.How.SHUT_WR), (error, nothing) -> {
                finished = true;
                closeWhenOver(error);
            });
            return;
        }
        final int count = Math.min(sends.length - sent, 1 + seed.nextInt(90_000));
        caller.now(new SockCall.Send(fd, sends, sent, count, Set.of()), (error, taken) -> {
            if (error == NetError.OK) {
                sent += taken;
                write();
            } else {
                failure = error;
            }
        });
    }

    private void read() {
        caller.now(SockCall.Recv.of(fd, 1 + seed.nextInt(20_000)), (error, bytes) -> {
            if (error != NetError.OK) {
                failure = error;
            } else if (bytes.length == 0) {
                eof = true;
                closeWhenOver(NetError.OK);
            } else {
                received.writeBytes(bytes);
                read();
            }
        });
    }

    private void closeWhenOver(final NetError error) {
        if (error != NetError.OK) {
            failure = error;
        } else if (eof && finished) {
            caller.now(new SockCall.Close(fd), (e, nothing) -> closed = true);
        }
    }

    /** True when this end has received what the other has sent. */
    boolean matches(final TcpStreams other) {
        return Arrays.equals(received.toByteArray(), other.sends);
    }
}
