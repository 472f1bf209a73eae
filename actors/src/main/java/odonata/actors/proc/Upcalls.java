package odonata.actors.proc;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The upcalls of one process, and what is pending for each. One owner. */
final class Upcalls {
    private final TreeMap<Integer, Upcall> upcalls = new TreeMap<>();
    private int last;

    private record Upcall(Upc.Shared shared, Consumer<List<Object>> function, List<Object> events) {}

    /** Its number; 0 when there are too many. */
    int register(final Upc.Register call) {
        if (upcalls.size() == Upc.MOST) {
            return 0;
        }
        upcalls.put(++last, new Upcall(call.shared(), call.function(), new ArrayList<>()));
        return last;
    }

    /** False when there is none of that number. */
    boolean delete(final int id) {
        if (id == Upc.Delete.ALL) {
            upcalls.clear();
            return true;
        }
        return upcalls.remove(id) != null;
    }

    /** Something has happened; false when there is no such upcall. */
    boolean post(final int id, final Object event) {
        final Upcall upcall = upcalls.get(id);
        if (upcall == null) {
            return false;
        }
        upcall.events().add(event);
        upcall.shared().pending(true);
        return true;
    }

    /** Things that are pending. */
    int pending() {
        return upcalls.values().stream()
                .mapToInt(upcall -> upcall.events().size())
                .sum();
    }

    /** True when one is pending whose program is in no critical section. */
    boolean isDeliverable() {
        return deliverable() != null;
    }

    /** The first of them, or null. Asked after every message: no stream. */
    private Upcall deliverable() {
        for (final Upcall upcall : upcalls.values()) {
            if (isDeliverable(upcall)) {
                return upcall;
            }
        }
        return null;
    }

    /** What is to run now in user mode: the first that may, with all that is pending for it. */
    Runnable take() {
        final Upcall upcall = deliverable();
        final List<Object> events = List.copyOf(upcall.events());
        upcall.events().clear();
        upcall.shared().pending(false);
        return () -> upcall.function().accept(events);
    }

    private static boolean isDeliverable(final Upcall upcall) {
        return !upcall.events().isEmpty() && !upcall.shared().isCritical();
    }
}
