package odonata.ssi.membership;

/**
 * A line of the cluster's event log.
 *
 * @param id ascending from 1, never given again
 * @param atMs when, as the coordinator's host saw it
 * @param kind what
 * @param member whom it is about, 0: the cluster
 * @param text for people, at most {@link #MAX_TEXT} characters
 */
public record ClusterEvent(long id, long atMs, EventKind kind, int member, String text) {
    /** Longest text that is kept. */
    public static final int MAX_TEXT = 400;

    /** Cuts a text that is too long. */
    public ClusterEvent {
        text = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…";
    }
}
