package odonata.actors.tcp;

import java.util.List;
import java.util.function.BiPredicate;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.machine.TcpState;

/**
 * Looks for connections of one CPU in steps, so that a table of any size does not keep the CPU from its work. What comes after the search has begun is not
 * looked at, and what goes is not found. Carrier of the CPU.
 */
public final class TcpSearch {
    /** Slots that one step looks at. */
    static final int STEP = TcpTrouble.SCANNED;

    private final int cpu;
    private final int all;
    private final BiPredicate<FlowKey, TcpState> which;
    private final TcpWorst worst;
    private final TcpSocket[] slots;
    private int at;
    private int found;

    /** Among {@code conns} of {@code cpu}; see {@link TcpStack#search}. */
    TcpSearch(final ConnTable conns, final int cpu, final BiPredicate<FlowKey, TcpState> which, final int most) {
        this.cpu = cpu;
        this.which = which;
        all = conns.size();
        worst = new TcpWorst(most);
        slots = conns.snapshot();
        conns.timeWait(flow -> which.test(flow, TcpState.TIME_WAIT)).forEach(this::found);
    }

    /** Looks at the next part; true when all has been looked at. */
    public boolean step() {
        final int to = Math.min(slots.length, at + STEP);
        for (; at < to; at++) {
            final TcpSocket so = slots[at];
            if (so != null && isHere(so) && so.counted != null && which.test(so.flow(), so.tcb.state())) {
                found(so);
            }
        }
        return at == slots.length;
    }

    private void found(final TcpSocket so) {
        found++;
        worst.add(so);
    }

    /** It may have gone to another CPU, whose it is then, or to another member. */
    private boolean isHere(final TcpSocket so) {
        return so.soPort().cpu() == cpu && so.tcb != null && !so.gone;
    }

    /** What was found, as it is now. */
    public TcpFound result() {
        final List<TcpLine> lines =
                worst.sockets().stream().filter(this::isHere).map(TcpLine::of).toList();
        return new TcpFound(all, found, lines);
    }
}
