package odonata.actors.lwkt;

import java.util.function.Consumer;
import odonata.actors.cpu.Callout;
import odonata.actors.cpu.Cpu;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;

/** The running thread's view of itself. API FIRST: bodies follow. */
@SuppressWarnings({"DoNotCallSuggester", "NamedLikeContextualKeyword"})
public final class Td {
    private static UnsupportedOperationException follows() {
        return new UnsupportedOperationException("body follows");
    }

    /** CPU id. */
    public int cpu() {
        throw follows();
    }

    /** The CPU. */
    public Cpu gd() {
        throw follows();
    }

    /** Member id. */
    public int member() {
        throw follows();
    }

    /** Nanoseconds on the CPU's clock. */
    public long now() {
        throw follows();
    }

    /** Spends virtual time; nothing on the wall clock. */
    public void charge(final long ns) {
        throw follows();
    }

    /** Name of the thread. */
    public String name() {
        throw follows();
    }

    /** Its priority. */
    public int pri() {
        throw follows();
    }

    /** Its own port. */
    public <C> Port<C> port() {
        throw follows();
    }

    /** A message that is replied to this thread (M1). */
    public <D> Msg<D> initMsg(final D command) {
        throw follows();
    }

    /** A message with an explicit reply port (M8). */
    public <D> Msg<D> initMsg(final D command, final Port<?> replyPort) {
        throw follows();
    }

    /** Asynchronous send (M2): the reply is queued on the reply port, then given to {@link LwktThread#onReply}. */
    public <D> void sendMsg(final Port<? super D> port, final Msg<D> msg) {
        throw follows();
    }

    /** Asynchronous send whose reply goes to {@code then}. */
    public <D> void sendMsg(final Port<? super D> port, final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        throw follows();
    }

    /** Synchronous send (M3): until its reply has gone to {@code then} this thread receives nothing else. */
    public <D> void doMsg(final Port<? super D> port, final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        throw follows();
    }

    /** Gives a held message back (M4). */
    public void replyMsg(final Msg<?> msg, final NetError error) {
        throw follows();
    }

    /** As {@link #replyMsg(Msg, NetError)}, with a value. */
    public void replyMsg(final Msg<?> msg, final NetError error, final Object result) {
        throw follows();
    }

    /** Passes a held message on (M11). */
    public <D> void forwardMsg(final Port<? super D> port, final Msg<D> msg) {
        throw follows();
    }

    /** The next request that waits, without waiting (M5); null when there is none. */
    public <C> Msg<C> getPort() {
        throw follows();
    }

    /** Waits for a message sent before (M12): until {@code then} has run this thread receives nothing else. */
    public <D> void waitMsg(final Msg<D> msg, final Consumer<? super Msg<D>> then) {
        throw follows();
    }

    /** Lets threads of equal or higher priority run before this one takes its next message (T6). */
    public void yield() {
        throw follows();
    }

    /** Runs a function in this thread after a delay. */
    public Callout after(final long delayNs, final Runnable function) {
        throw follows();
    }

    /** Sends a command to this thread after a delay; its reply, if any, tells nobody. */
    public Callout after(final long delayNs, final Object command) {
        throw follows();
    }

    /** Ends this thread after the current handler (T4). */
    public void exit() {
        throw follows();
    }
}
