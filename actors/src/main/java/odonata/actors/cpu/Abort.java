package odonata.actors.cpu;

/**
 * Tells a CPU of another member that the originator of a message, which was sent or passed on to there, wants it to end early.
 * Where it does not arrive, or finds the message gone, nothing happens.
 *
 * @param originCpu CPU that keeps the original
 * @param msgId its number there
 */
public record Abort(int originCpu, long msgId) {}
