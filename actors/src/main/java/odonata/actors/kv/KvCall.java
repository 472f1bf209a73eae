package odonata.actors.kv;

import java.util.List;
import odonata.actors.proc.SysCall;

/**
 * A process asks for something to be done to keys, wherever they are; the call returns the bytes for the client of each, when all are there:
 * the errors of {@link KvMsg.Ask} as {@link KvReply#failed}. What one CPU's processes ask for one bucket is done in the order in which they ask.
 *
 * @param asks at least one; the kernel's until the call has returned
 */
public record KvCall(List<KvMsg.Ask> asks) implements SysCall<byte[][]> {}
