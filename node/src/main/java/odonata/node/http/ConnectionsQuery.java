package odonata.node.http;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import odonata.protocol.tcp.machine.TcpState;

/**
 * Which sockets of a member are asked for.
 *
 * @param proto tcp or udp; empty: both
 * @param states of TCP; UDP sockets have none, so a query for some states leaves them out
 * @param limit most lines of one CPU, 1..{@link #MOST}
 */
public record ConnectionsQuery(String proto, Set<TcpState> states, int limit) {
    /** Lines of one CPU at most: a million connections are no answer. */
    public static final int MOST = 100_000;

    /** Lines of one CPU when nothing is said. */
    public static final int USUAL = 10_000;

    /** Checks everything. */
    public ConnectionsQuery {
        if (!proto.matches("|tcp|udp")) {
            throw new IllegalArgumentException("proto " + proto + ": want tcp or udp");
        }
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit " + limit + ": allowed are 1.." + MOST);
        }
        states = states.isEmpty() ? EnumSet.allOf(TcpState.class) : EnumSet.copyOf(states);
    }

    /** From the parameters {@code proto}, {@code state} (names by comma) and {@code limit} of an address. */
    static ConnectionsQuery of(final Function<String, Optional<String>> parameter) {
        final Set<TcpState> states = EnumSet.noneOf(TcpState.class);
        parameter.apply("state").ifPresent(names -> Arrays.stream(names.split(",", -1))
                .map(ConnectionsQuery::state)
                .forEach(states::add));
        return new ConnectionsQuery(
                parameter.apply("proto").orElse(""),
                states,
                parameter.apply("limit").map(ConnectionsQuery::number).orElse(USUAL));
    }

    static int number(final String text) {
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("limit " + text + ": want a number");
        }
        return Integer.parseInt(text);
    }

    /** A state by its name, in any case, with - or _. */
    public static TcpState state(final String name) {
        final String wanted = name.strip().toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(TcpState.values())
                .filter(state -> state.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "state " + name + ": want one of " + Arrays.toString(TcpState.values())));
    }

    /** True when UDP sockets are asked for. */
    public boolean udp() {
        return !proto.equals("tcp") && states.size() == TcpState.values().length;
    }

    /** Whether TCP connections in that state are asked for. */
    public boolean tcp(final TcpState state) {
        return !proto.equals("udp") && states.contains(state);
    }
}
