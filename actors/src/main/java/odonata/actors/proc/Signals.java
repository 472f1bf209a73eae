package odonata.actors.proc;

import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The signals of one process: pending, blocked, and what it does about each. A signal is pending once or not at all. One owner. */
final class Signals {
    private final Map<Signal, SigAction> actions = new EnumMap<>(Signal.class);
    private final Set<Signal> pending = EnumSet.noneOf(Signal.class);
    private final Set<Signal> blocked = EnumSet.noneOf(Signal.class);

    /** Those of a child with a program of its own: what is ignored or blocked stays so, what is caught is as by default. */
    static Signals inherited(final Signals parent) {
        final Signals child = new Signals();
        child.blocked.addAll(parent.blocked);
        parent.actions.forEach((signal, action) -> {
            if (action == SigAction.Fixed.IGNORE) {
                child.actions.put(signal, action);
            }
        });
        return child;
    }

    /**
     * Somebody sends it; true when it is to be delivered now. One that is ignored is gone. What would stop the process and what lets it go on
     * drive each other out.
     */
    boolean post(final Signal signal) {
        if (signal == Signal.SIGCONT) {
            pending.removeIf(Signal::isStop);
        } else if (signal.isStop()) {
            pending.remove(Signal.SIGCONT);
        }
        if (isIgnored(signal)) {
            return false;
        }
        pending.add(signal);
        return !blocked.contains(signal);
    }

    /** True when one is pending that is not blocked. */
    boolean isDeliverable() {
        return !pending.isEmpty() && !blocked.containsAll(pending);
    }

    /** The one to be delivered now, which is pending no more: the end of the process first, else the lowest number. */
    Signal take() {
        final Set<Signal> open = EnumSet.copyOf(pending);
        open.removeAll(blocked);
        final Signal first =
                open.contains(Signal.SIGKILL) ? Signal.SIGKILL : open.iterator().next();
        pending.remove(first);
        return first;
    }

    /** True when it is pending no more, because the process stops where it is. */
    boolean stopsNow(final Signal signal) {
        final boolean stops = signal.isStop() && actionOf(signal) == SigAction.Fixed.DEFAULT;
        if (stops) {
            pending.remove(signal);
        }
        return stops;
    }

    SigAction actionOf(final Signal signal) {
        return actions.getOrDefault(signal, SigAction.Fixed.DEFAULT);
    }

    /** Changes it; one that is ignored from now on is pending no more. */
    void action(final Signal signal, final SigAction action) {
        actions.put(signal, action);
        if (isIgnored(signal)) {
            pending.remove(signal);
        }
    }

    Set<Signal> blocked() {
        return EnumSet.copyOf(blocked);
    }

    /** From now on these are blocked, and no others; SIGKILL and SIGSTOP never are. */
    void block(final Collection<Signal> signals) {
        blocked.clear();
        blocked.addAll(signals);
        blocked.removeIf(Signal::isForced);
    }

    private boolean isIgnored(final Signal signal) {
        final SigAction action = actionOf(signal);
        return action == SigAction.Fixed.IGNORE || (action == SigAction.Fixed.DEFAULT && signal.isIgnoredByDefault());
    }
}
