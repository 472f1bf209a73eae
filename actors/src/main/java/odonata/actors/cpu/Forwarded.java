package odonata.actors.cpu;

/**
 * Tells the originator of a message that it is now held on another CPU, whose death then completes it; or that it has got on from one, whose death
 * does not matter to it any more.
 *
 * @param originCpu CPU that keeps the original
 * @param msgId its number there
 * @param newCpu CPU to which the message was passed on; {@code ~cpu}: it has left that one, and has come to the next
 */
public record Forwarded(int originCpu, long msgId, int newCpu) {}
