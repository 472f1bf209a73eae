package odonata.actors.proc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import odonata.protocol.errno.NetError;

/**
 * A thread package in user space: many threads in one process, scheduled by the process itself, first in first out. A thread that has to
 * wait in the kernel makes room for the next; the kernel tells by an upcall that it need not wait any more. What a thread does after a call
 * of {@link UserThread} is said in a continuation, as everywhere.
 */
final class UserThreads {
    /** One message to the process itself: go on scheduling, in turn with what else it does. */
    private final Consumer<Runnable> later;

    private final UserTd td;
    private final Upc.Shared shared = new Upc.Shared();
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private int upcall;
    private boolean runs;
    private boolean woken;

    /** How many things each upcall told. */
    final List<Integer> batches = new ArrayList<>();

    /** {@code later} has a function run by the process as one of its messages. */
    UserThreads(final UserTd td, final Consumer<Runnable> later) {
        this.td = td;
        this.later = later;
    }

    /** Begins with one thread, which may make others. */
    void start(final Consumer<UserThread> first) {
        td.syscall(new Upc.Register(shared, this::upcall), (error, id) -> {
            upcall = id;
            spawn(first);
            schedule();
        });
    }

    private void spawn(final Consumer<UserThread> body) {
        ready.add(() -> body.accept(new UserThread()));
    }

    /** Threads that are ready run, until one uses up the time of the process, or none is left. */
    private void schedule() {
        while (!runs && !ready.isEmpty()) {
            ready.poll().run();
        }
    }

    /** The kernel says which calls have ended. It does not wait, so it schedules nothing itself. */
    private void upcall(final List<Object> events) {
        batches.add(events.size());
        for (final Object event : events) {
            final Upc.Returned ended = (Upc.Returned) event;
            ready.add(() -> resume(ended));
        }
        if (!runs && !woken) {
            woken = true;
            later.accept(() -> {
                woken = false;
                schedule();
            });
        }
    }

    @SuppressWarnings("unchecked") // the tag is what the thread that called gave
    private static void resume(final Upc.Returned ended) {
        ((BiConsumer<NetError, Object>) ended.tag()).accept(ended.error(), ended.value());
    }

    /** A thread of the package, as it sees itself. A call is the last thing that it does before what it gives as {@code then}. */
    final class UserThread {

        /** Makes another. */
        void spawn(final Consumer<UserThread> body) {
            UserThreads.this.spawn(body);
        }

        /** Lets the others run. */
        void pass(final Runnable then) {
            ready.add(then);
        }

        /** Computes; then the others have their turn. */
        void run(final long ns, final Runnable then) {
            runs = true;
            td.run(ns, () -> {
                runs = false;
                ready.add(then);
                schedule();
            });
        }

        /** Computes in a critical section: what ends meanwhile is told afterwards. */
        void runCritical(final long ns, final Runnable then) {
            shared.critEnter();
            runs = true;
            td.run(ns, () -> {
                runs = false;
                ready.add(then);
                if (shared.critExit()) {
                    td.syscall(Upc.Poll.INSTANCE, (error, count) -> schedule());
                } else {
                    schedule();
                }
            });
        }

        /** A system call that makes this thread wait, and no other. */
        @SuppressWarnings("unchecked") // a handler returns what its call declares
        <R> void syscall(final SysCall<R> call, final BiConsumer<NetError, R> then) {
            td.sendsys(call, upcall, then).ifPresent(ended -> then.accept(ended.error(), (R) ended.value()));
        }
    }
}
