package odonata.actors.proc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import odonata.actors.port.Msg;

/** The children of one process: those that live, and the zombies, which have ended and were not waited for. Owner: the parent's CPU. */
final class Family {
    private final Set<Integer> living = new HashSet<>();
    private final Map<Integer, Sys.Waited> zombies = new LinkedHashMap<>();
    private final Map<Integer, Sys.Waited> changes = new LinkedHashMap<>();
    private final ArrayDeque<Msg<Sys.Wait4>> waiters = new ArrayDeque<>();

    void born(final int pid) {
        living.add(pid);
    }

    void ended(final Sys.Waited child) {
        living.remove(child.pid());
        changes.remove(child.pid());
        zombies.put(child.pid(), child);
    }

    /** A living child has stopped, or goes on; the last counts. */
    void changed(final Sys.Waited child) {
        changes.put(child.pid(), child);
    }

    /** True when there is such a child, alive or a zombie. */
    boolean has(final int pid) {
        return pid == Sys.Wait4.ANY
                ? !living.isEmpty() || !zombies.isEmpty()
                : living.contains(pid) || zombies.containsKey(pid);
    }

    /** The oldest zombie that matches, else the oldest change that is waited for, which is gone then; null when there is none. */
    Sys.Waited reap(final Sys.Wait4 call) {
        final Sys.Waited zombie = take(zombies, call.pid(), child -> true);
        return zombie == null ? take(changes, call.pid(), child -> isWanted(child, call)) : zombie;
    }

    private static boolean isWanted(final Sys.Waited child, final Sys.Wait4 call) {
        return call.options()
                .contains(
                        child.change() == Sys.Waited.Change.STOPPED
                                ? Sys.WaitOption.WUNTRACED
                                : Sys.WaitOption.WCONTINUED);
    }

    private static Sys.Waited take(
            final Map<Integer, Sys.Waited> children, final int pid, final Predicate<Sys.Waited> wanted) {
        for (final Sys.Waited child : children.values()) {
            if ((pid == Sys.Wait4.ANY || pid == child.pid()) && wanted.test(child)) {
                return children.remove(child.pid());
            }
        }
        return null;
    }

    void waits(final Msg<Sys.Wait4> call) {
        waiters.add(call);
    }

    void waitsNoMore(final Msg<?> call) {
        waiters.removeIf(waiter -> waiter == call);
    }

    /** Gives each call that waits what there is for it: a child, or null when none can come any more. */
    void serve(final BiConsumer<Msg<Sys.Wait4>, Sys.Waited> reply) {
        final Iterator<Msg<Sys.Wait4>> each = waiters.iterator();
        while (each.hasNext()) {
            final Msg<Sys.Wait4> call = each.next();
            final Sys.Waited child = reap(call.command());
            if (child != null || !has(call.command().pid())) {
                each.remove();
                reply.accept(call, child);
            }
        }
    }

    /** The parent has ended: who lives, to be given another parent. Nobody waits for the zombies any more. */
    List<Integer> disband() {
        final List<Integer> left = new ArrayList<>(living);
        living.clear();
        zombies.clear();
        changes.clear();
        return left;
    }
}
