package odonata.actors.proc;

import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;

/** The kernel's side of a process: the thread that, for each message, goes to user mode and gives it to the program. */
final class ProcThread<C> extends LwktThread<C> {

    /** What the kernel sends to a process. */
    enum Kernel {
        /** Its first message. */
        START,
        /** It has a signal, or an upcall. */
        POKE
    }

    private final Proc proc;
    private final UserMode mode;
    private final UserProgram<C> program;

    ProcThread(final Td td, final Proc proc, final Image<C> image) {
        super(td);
        this.proc = proc;
        proc.thread(td.gd().curthread());
        mode = new UserMode(proc, td::exit);
        proc.thread().onEnd(() -> proc.place().exited(proc));
        proc.thread().onRelease(mode::release);
        program = image.program().apply(new UserTd(td, proc, mode));
    }

    @Override
    protected Handlers<C> handlers() {
        return program.handlers();
    }

    @Override
    protected void accept(final Msg<C> msg) {
        final Object command = msg.command();
        if (command == Kernel.START) {
            mode.userret(program::main);
        } else if (command == Kernel.POKE) {
            proc.poked(false);
            mode.userret(() -> {});
        } else {
            mode.userret(() -> deliver(msg));
        }
    }

    @Override
    protected void onReply(final Msg<?> msg) {
        program.onReply(msg);
    }

    @Override
    protected void onAbort(final Msg<C> msg) {
        program.onAbort(msg);
    }
}
