package odonata.ssi.names;

import java.util.function.Consumer;
import odonata.actors.lwkt.Handlers;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Image;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.UserProgram;
import odonata.actors.proc.UserTd;
import odonata.actors.usched.SchedParam;

/** A user program that does what a test tells it. */
public final class TestProgram extends UserProgram<TestProgram.Do> {

    /** Runs a function in user mode; not replied. */
    public record Do(Consumer<UserTd> function) {}

    private TestProgram(final UserTd td) {
        super(td);
    }

    /** Starts it, on the carrier or before there is one. */
    public static Proc exec(final ProcCpu part, final Cred cred) {
        return part.exec(new Image<>("program", TestProgram::new), cred, SchedParam.normal(0));
    }

    /** Tells it something. */
    @SuppressWarnings("unchecked") // a process that was made here
    public static void post(final Proc proc, final ProcCpu home, final Consumer<UserTd> function) {
        home.cpu().injectMsg((Port<Do>) proc.port(), Msg.init(new Do(function), Port.adone()));
    }

    @Override
    protected Handlers<Do> handlers() {
        return Handlers.of(Do.class)
                .on(Do.class, msg -> msg.command().function().accept(td()));
    }
}
