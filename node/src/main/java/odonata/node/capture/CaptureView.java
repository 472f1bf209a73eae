package odonata.node.capture;

/**
 * A capture of one member.
 *
 * @param member its id
 * @param id number of the capture there
 * @param captured packets kept so far, read or not
 * @param dropped packets that were asked for but found the buffer full
 */
public record CaptureView(int member, long id, long captured, long dropped) {}
