package odonata.protocol.tcp.machine;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** States of a connection and the arrows between them: RFC 9293 section 3.3.2, figure 5 with its notes. */
public enum TcpState {
    CLOSED,
    LISTEN,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT;

    private static final Set<TcpState> TAKES_TEXT = EnumSet.of(ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2);
    private static final Set<TcpState> USER_MAY_SEND = EnumSet.of(SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT);
    private static final Set<TcpState> FIN_IS_DUE = EnumSet.of(FIN_WAIT_1, CLOSING, LAST_ACK);
    private static final Map<TcpState, Set<TcpState>> SUCCESSORS = new EnumMap<>(TcpState.class);

    static {
        for (final TcpState state : values()) {
            SUCCESSORS.put(state, state.successors());
        }
    }

    /**
     * States after this one; any state may also become CLOSED.
     */
    public Set<TcpState> successors() {
        return switch (this) {
            case CLOSED -> Set.of(LISTEN, SYN_SENT);
            case LISTEN -> Set.of(SYN_SENT, SYN_RECEIVED);
            case SYN_SENT -> Set.of(SYN_RECEIVED, ESTABLISHED);
            case SYN_RECEIVED -> Set.of(LISTEN, ESTABLISHED, FIN_WAIT_1);
            case ESTABLISHED -> Set.of(FIN_WAIT_1, CLOSE_WAIT);
            case FIN_WAIT_1 -> Set.of(FIN_WAIT_2, CLOSING, TIME_WAIT);
            case FIN_WAIT_2, CLOSING -> Set.of(TIME_WAIT);
            case CLOSE_WAIT -> Set.of(LAST_ACK);
            case LAST_ACK, TIME_WAIT -> Set.of();
        };
    }

    /** True when the diagram has an arrow from this state to {@code next}. */
    public boolean mayBecome(final TcpState next) {
        return next == CLOSED ? this != CLOSED : SUCCESSORS.get(this).contains(next);
    }

    /** True in the states in which text of a segment is taken. */
    boolean takesText() {
        return TAKES_TEXT.contains(this);
    }

    /** True in the states in which SEND is possible. */
    boolean userMaySend() {
        return USER_MAY_SEND.contains(this);
    }

    /** True when a FIN must follow the last byte of the send buffer. */
    boolean finIsDue() {
        return FIN_IS_DUE.contains(this);
    }
}
