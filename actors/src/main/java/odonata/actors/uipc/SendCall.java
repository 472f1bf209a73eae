package odonata.actors.uipc;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import odonata.actors.socket.MsgFlag;
import odonata.actors.socket.SockEntry.Pending;
import odonata.actors.tcp.Uio;
import odonata.protocol.errno.NetError;

/**
 * A send of more than one message should carry to another member: piece by piece, each as long as the one before was taken whole. Owner: the carrier
 * of the caller's CPU.
 */
final class SendCall implements Pending {
    /** Most bytes of one message. */
    static final int PIECE = 1 << 20;

    /** Sends one piece. */
    @FunctionalInterface
    interface Sender {
        Pending send(Uio piece, Set<MsgFlag> flags, BiConsumer<NetError, Integer> done);
    }

    private final Sender sender;
    private final byte[] data;
    private final int end;
    private final Set<MsgFlag> flags;
    private final BiConsumer<NetError, Integer> done;
    private int at;
    private int taken;
    private Pending asked = () -> {};

    SendCall(
            final Sender sender,
            final byte[] data,
            final int offset,
            final int length,
            final Set<MsgFlag> flags,
            final BiConsumer<NetError, Integer> done) {
        this.sender = sender;
        this.data = data;
        this.at = offset;
        this.end = offset + length;
        this.flags = flags;
        this.done = done;
    }

    Pending begin() {
        final int count = Math.min(PIECE, end - at);
        asked = sender.send(new Uio(data, at, count), flagsUpTo(at + count), (error, sent) -> {
            if (error == NetError.OK) {
                taken += sent;
                at += sent;
            }
            if (error == NetError.OK && sent == count && at < end) {
                begin();
            } else {
                done.accept(taken > 0 ? NetError.OK : error, taken > 0 ? taken : sent);
            }
        });
        return this;
    }

    /** Only the last piece is the end. */
    private Set<MsgFlag> flagsUpTo(final int pieceEnd) {
        if (pieceEnd == end || !flags.contains(MsgFlag.MSG_EOF)) {
            return flags;
        }
        final Set<MsgFlag> others = EnumSet.copyOf(flags);
        others.remove(MsgFlag.MSG_EOF);
        return others;
    }

    @Override
    public void abort() {
        asked.abort();
    }
}
