package odonata.actors.caps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.lwkt.Handlers;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Image;
import odonata.actors.proc.Sys;
import odonata.actors.proc.UserProgram;
import odonata.actors.proc.UserTd;
import odonata.actors.testing.UserBed;
import odonata.actors.usched.SchedParam;
import org.junit.jupiter.api.Test;

/** The program of docs/lwkt.md: a process that makes a system call and talks to a named service on another CPU. */
class ClockServiceTest {
    private static final List<String> SEEN = new ArrayList<>();

    private static final class Clock extends UserProgram<Void> {
        private int service;

        Clock(final UserTd td) {
            super(td);
        }

        @Override
        protected void main() {
            td().syscall(new Caps.Service("clock", Caps.ANY, Caps.ANY), (error, endpoint) -> {
                service = endpoint;
                serve();
            });
        }

        private void serve() {
            td().syscall(new Caps.Wait(service), (error, msg) -> {
                if (msg.state() == CapsMsg.State.REQUEST) {
                    SEEN.add("asked by pid " + msg.sender().pid() + " of uid "
                            + msg.sender().cred().uid() + ": " + msg.payload());
                    td().syscall(new Caps.Reply(service, msg.id(), td().now()), (replied, nothing) -> serve());
                } else {
                    serve();
                }
            });
        }

        @Override
        protected Handlers<Void> handlers() {
            return Handlers.none();
        }
    }

    private static final class Client extends UserProgram<Void> {
        Client(final UserTd td) {
            super(td);
        }

        @Override
        protected void main() {
            td().syscall(Sys.Getpid.INSTANCE, (error, pid) -> {
                SEEN.add("I am pid " + pid);
                td().syscall(new Caps.Client("clock", Caps.ANY, Caps.ANY), (opened, endpoint) -> ask(endpoint));
            });
        }

        private void ask(final int clock) {
            td().syscall(new Caps.Put(clock, "what time is it?"), (error, id) -> td().syscall(
                            new Caps.Wait(clock), (answered, reply) -> {
                                SEEN.add("told a time: " + (reply.payload() instanceof Long));
                                td().exit();
                            }));
        }

        @Override
        protected Handlers<Void> handlers() {
            return Handlers.none();
        }
    }

    @Test
    void shouldTellTheTime() {
        SEEN.clear();
        try (UserBed bed = UserBed.of(2)) {
            bed.procs.parts().get(1).exec(new Image<>("clock", Clock::new), Cred.ROOT, SchedParam.normal(0));
            bed.bed.quiet();
            bed.procs.parts().get(0).exec(new Image<>("client", Client::new), UserBed.ALICE, SchedParam.normal(0));
            bed.bed.quiet();
            assertThat(SEEN)
                    .containsExactly("I am pid 1", "asked by pid 1 of uid 1001: what time is it?", "told a time: true");
            assertThat(bed.procs.parts().get(0).procs()).isEmpty();
            assertThat(bed.procs.parts().get(1).procs()).hasSize(1);
        }
    }
}
