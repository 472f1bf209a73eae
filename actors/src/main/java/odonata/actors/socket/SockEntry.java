package odonata.actors.socket;

import java.util.function.BiConsumer;
import odonata.protocol.errno.NetError;

/**
 * The socket calls of one CPU, for whoever runs there: system calls come in here, and so does a caller that is no process.
 *
 * <p>Thread: the carrier of the CPU. Calls of one caller are begun in the order in which they are made.
 */
public interface SockEntry {

    /**
     * Makes a call on the descriptors of {@code files}.
     *
     * @param done is given the error, and with OK the value (null for {@code Void}); once, on this CPU, maybe before this returns
     * @return what to abort it with
     */
    <R> Pending call(SockFiles files, SockCall<R> call, BiConsumer<NetError, ? super R> done);

    /** Closes all descriptors, as the end of a process does; nobody waits, SO_LINGER or not. */
    void closeAll(SockFiles files);

    /** A call that may not be over. */
    @FunctionalInterface
    interface Pending {
        /** Asks it to end early: {@code done} comes as ever, with EINTR, or with the result when the work was done. */
        void abort();
    }
}
