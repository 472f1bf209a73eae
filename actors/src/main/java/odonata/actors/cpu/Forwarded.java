package odonata.actors.cpu;

/**
 * Tells the originator of a message that it is now held on another CPU, whose death then completes it.
 *
 * @param originCpu CPU that keeps the original
 * @param msgId its number there
 * @param newCpu CPU to which the message was passed on
 */
public record Forwarded(int originCpu, long msgId, int newCpu) {}
