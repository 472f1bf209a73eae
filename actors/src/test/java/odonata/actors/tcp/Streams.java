package odonata.actors.tcp;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Set;
import odonata.actors.socket.SockCall;
import odonata.actors.tcp.TcpHost.Caller;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;

/** Two ends of a connection that send each other bytes from a seed, in pieces of any size, and read what comes, at once. */
final class Streams {
    private final Caller caller;
    private final int fd;
    private final byte[] sends;
    private final Seed seed;
    private int sent;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    NetError failure = NetError.OK;
    boolean closed;
    private boolean eof;
    private boolean finished;

    Streams(final Caller caller, final int fd, final int bytes, final Seed seed) {
        this.caller = caller;
        this.fd = fd;
        this.seed = seed;
        this.sends = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            sends[i] = (byte) seed.nextInt(256);
        }
    }

    byte[] sends() {
        return sends;
    }

    byte[] received() {
        return received.toByteArray();
    }

    boolean over() {
        return closed || failure != NetError.OK;
    }

    /** On the carrier of the caller. */
    void start() {
        write();
        read();
    }

    private void write() {
        if (sent == sends.length) {
            caller.now(new SockCall.Shutdown(fd, SockCall.How.SHUT_WR), (error, nothing) -> {
                finished = true;
                closeWhenOver(error);
            });
            return;
        }
        final int count = Math.min(sends.length - sent, 1 + seed.nextInt(9_000));
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
    boolean matches(final Streams other) {
        return Arrays.equals(received(), other.sends);
    }
}
