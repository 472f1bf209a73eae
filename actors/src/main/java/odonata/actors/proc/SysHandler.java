package odonata.actors.proc;

import odonata.actors.port.Msg;
import odonata.protocol.errno.NetError;

/**
 * Serves one kind of system call, in the kernel, on the CPU of the caller and in its thread.
 *
 * @param <R> what the call returns
 * @param <S> the call
 */
@FunctionalInterface
public interface SysHandler<R, S extends SysCall<R>> {

    /**
     * Serves a call. It must not block: what cannot finish at once keeps the message and replies later, by
     * {@link ProcCpu#sysReturn}, on this CPU.
     *
     * @return the result; EASYNC when the message was kept, or has been replied with a value
     */
    NetError call(Proc caller, Msg<S> msg);
}
