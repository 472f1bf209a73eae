package odonata.actors.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.lwkt.Handlers;
import odonata.actors.port.Msg;
import odonata.actors.proc.UserProgram;
import odonata.actors.proc.UserTd;
import odonata.protocol.errno.NetError;

/** A user program that does what a test tells it; {@link Probe} in user mode. */
public final class UserProbe extends UserProgram<UserProbe.Cmd> {

    /** Commands of a user probe. */
    public sealed interface Cmd {

        /** Runs a function in user mode; not replied. */
        record Do(Consumer<UserProbe> function) implements Cmd {}

        /** Replied OK with n + 1. */
        record Ask(int n) implements Cmd {}

        /** Kept. */
        record Hold(int n) implements Cmd {}
    }

    /** What came, in order. */
    public final List<Object> received = new ArrayList<>();

    /** Messages kept. */
    public final List<Msg<Cmd.Hold>> held = new ArrayList<>();

    private final Consumer<UserProbe> main;

    /** A program that begins with a function. */
    public UserProbe(final UserTd td, final Consumer<UserProbe> main) {
        super(td);
        this.main = main;
    }

    /** The process. */
    public UserTd self() {
        return td();
    }

    @Override
    protected void main() {
        main.accept(this);
    }

    @Override
    protected Handlers<Cmd> handlers() {
        return Handlers.of(Cmd.class)
                .on(Cmd.Do.class, msg -> msg.command().function().accept(this))
                .on(Cmd.Ask.class, msg -> {
                    received.add(msg.command().n());
                    msg.reply(NetError.OK, msg.command().n() + 1);
                })
                .on(Cmd.Hold.class, msg -> {
                    received.add(msg.command().n());
                    held.add(msg);
                });
    }

    @Override
    protected void onReply(final Msg<?> msg) {
        received.add(msg);
    }

    @Override
    protected void onAbort(final Msg<Cmd> msg) {
        received.add("abort");
        held.remove((Msg<?>) msg);
        msg.reply(NetError.EINTR);
    }
}
