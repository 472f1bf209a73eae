package odonata.node.http;

import java.util.Optional;
import java.util.function.Function;

/**
 * What is looked for among the connections of the cluster.
 *
 * @param words as {@link ConnectionFilter} understands them
 * @param limit most lines of the answer, 1..{@link FoundView#MOST}
 */
public record FindQuery(String words, int limit) {

    /** Checks the limit and the words. */
    public FindQuery {
        if (limit < 1 || limit > FoundView.MOST) {
            throw new IllegalArgumentException("limit " + limit + ": allowed are 1.." + FoundView.MOST);
        }
        ConnectionFilter.of(words);
    }

    /** From the parameters {@code q} and {@code limit} of an address. */
    static FindQuery of(final Function<String, Optional<String>> parameter) {
        return new FindQuery(
                parameter.apply("q").orElse(""),
                parameter.apply("limit").map(ConnectionsQuery::number).orElse(FoundView.USUAL));
    }

    /** The words, understood. */
    public ConnectionFilter filter() {
        return ConnectionFilter.of(words);
    }
}
