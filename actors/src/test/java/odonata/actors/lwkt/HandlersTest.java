package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.KernelPanic;
import org.junit.jupiter.api.Test;

class HandlersTest {
    private sealed interface Cmd {
        record A() implements Cmd {}

        sealed interface Sub extends Cmd {
            record B() implements Sub {}

            record C() implements Sub {}
        }

        enum Sync implements Cmd {
            PLAIN,
            WITH_BODY {
                @Override
                public String toString() {
                    return "body";
                }
            }
        }
    }

    private final List<String> log = new ArrayList<>();

    @Test
    void shouldNameEveryCommandWithoutHandler() {
        final Handlers<Cmd> handlers = Handlers.of(Cmd.class).on(Cmd.A.class, msg -> {});
        assertThatThrownBy(handlers::build)
                .isInstanceOf(KernelPanic.class)
                .hasMessageContaining("B, C, Sync")
                .hasMessageContaining("Cmd");
    }

    @Test
    void shouldUseTheHandlerOfTheCommandOrOfItsSealedParent() {
        final Handlers<Cmd> handlers = Handlers.of(Cmd.class)
                .on(Cmd.A.class, msg -> log.add("a"))
                .on(Cmd.Sub.class, msg -> log.add("sub"))
                .on(Cmd.Sub.C.class, msg -> log.add("c"))
                .on(Cmd.Sync.class, msg -> log.add("sync " + msg.command()))
                .build();
        for (final Cmd cmd :
                List.of(new Cmd.A(), new Cmd.Sub.B(), new Cmd.Sub.C(), Cmd.Sync.PLAIN, Cmd.Sync.WITH_BODY)) {
            handlers.handle(Msg.init(cmd, Port.none()));
        }
        assertThat(log).containsExactly("a", "sub", "c", "sync PLAIN", "sync body");
    }

    @Test
    void shouldRefuseTwoHandlersForOneCommand() {
        final Handlers<Cmd> handlers = Handlers.of(Cmd.class).on(Cmd.A.class, msg -> {});
        assertThatThrownBy(() -> handlers.on(Cmd.A.class, msg -> {})).hasMessageContaining("two handlers");
    }

    @Test
    void shouldRefuseHandlersAfterItWasFinished() {
        final Handlers<Cmd> handlers = Handlers.of(Cmd.class).on(Cmd.class, msg -> {});
        handlers.build();
        assertThatThrownBy(() -> handlers.on(Cmd.A.class, msg -> {})).hasMessageContaining("finished");
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"}) // what a peer may send
    void shouldKnowWhatIsNotACommand() {
        final Handlers<Cmd> handlers =
                Handlers.of(Cmd.class).on(Cmd.class, msg -> {}).build();
        final Msg stranger = Msg.init("stranger", Port.none());
        assertThat(handlers.handles(stranger)).isFalse();
        assertThatThrownBy(() -> handlers.handle(stranger)).hasMessageContaining("not a command");
    }
}
