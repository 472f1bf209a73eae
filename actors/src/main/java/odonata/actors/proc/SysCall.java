package odonata.actors.proc;

/**
 * The command of a system call. Not sealed: applications bring their own (R18), see {@link ProcCpu#register}.
 *
 * @param <R> what it returns when its error is OK
 */
@SuppressWarnings("unused") // the phantom type
public interface SysCall<R> {}
