package odonata.actors.tcp;

import java.util.List;

/**
 * Connections of one CPU that somebody looked for.
 *
 * @param all in its table
 * @param found those that are meant
 * @param lines some of those: in most trouble, or with most in their queues
 */
public record TcpFound(int all, int found, List<TcpLine> lines) {
    /** Nothing. */
    public static final TcpFound NONE = new TcpFound(0, 0, List.of());
}
