package odonata.actors.lwkt;

import akka.actor.typed.Behavior;
import java.util.function.Function;
import odonata.actors.port.Msg;

/** A light-weight kernel thread: one actor on one CPU. API FIRST: bodies follow. */
@SuppressWarnings("DoNotCallSuggester")
public abstract class LwktThread<C> {
    private final Td td;

    /** To be called by {@link #behavior} only, on the thread's CPU. */
    protected LwktThread(final Td td) {
        this.td = td;
    }

    /** The behaviour to be given to {@code Cpu.spawn}. */
    public static <C> Behavior<Msg<C>> behavior(final Function<Td, ? extends LwktThread<C>> factory) {
        throw new UnsupportedOperationException("body follows");
    }

    /** This thread. */
    protected final Td td() {
        return td;
    }

    /** The handler of every command; asked once. */
    protected abstract Handlers<C> handlers();

    /** A reply that was not given to a continuation. */
    protected void onReply(final Msg<?> msg) {}

    /** Runs after a batch: port empty, or {@code lwkt.port.rollup-batch} messages since the last time. */
    protected void rollup() {}
}
