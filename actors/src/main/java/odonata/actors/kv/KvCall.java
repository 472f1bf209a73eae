package odonata.actors.kv;

import odonata.actors.proc.SysCall;

/**
 * A process asks for something to be done to a key, wherever that is; the call returns the bytes for the client, or the errors of
 * {@link KvMsg.Ask}. What one CPU's processes ask for one bucket is done in the order in which they ask.
 */
public record KvCall(KvMsg.Ask ask) implements SysCall<byte[]> {}
