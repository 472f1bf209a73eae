package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

class SmokeTest {
    sealed interface Cmd {
        record Ping(int n) implements Cmd {}
    }

    static final class Echo extends LwktThread<Cmd> {
        Echo(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<Cmd> handlers() {
            return Handlers.of(Cmd.class).on(Cmd.Ping.class, this::onPing);
        }

        private void onPing(final Msg<Cmd.Ping> msg) {
            msg.reply(NetError.OK, msg.command().n() + 1);
        }
    }

    static final class Client extends LwktThread<Cmd> {
        private final Port<Cmd> server;
        private final CountDownLatch done;
        private int left;

        Client(final Td td, final Port<Cmd> server, final int n, final CountDownLatch done) {
            super(td);
            this.server = server;
            this.left = n;
            this.done = done;
            next();
        }

        void next() {
            if (left-- > 0) {
                td().doMsg(server, td().initMsg(new Cmd.Ping(left)), reply -> next());
            } else {
                done.countDown();
            }
        }

        @Override
        protected Handlers<Cmd> handlers() {
            return Handlers.of(Cmd.class).on(Cmd.Ping.class, msg -> {});
        }
    }

    @Test
    void shouldAnswerAcrossCpusOnTheWallClock() throws Exception {
        final AtomicReference<Throwable> panic = new AtomicReference<>();
        final CountDownLatch done = new CountDownLatch(2);
        try (Machine machine =
                Machine.onWallClock(1, List.of(0, 1), CpuSettings.defaults(), (cpu, e) -> panic.set(e))) {
            final Port<Cmd> echo = machine.cpu(1)
                    .spawn("echo", Pri.KERN_DAEMON, Port.TCP_THREAD, ThreadClass.TCP, LwktThread.behavior(Echo::new));
            for (int i = 0; i < 2; i++) {
                machine.cpu(i)
                        .spawn(
                                "client",
                                Pri.KERN_DAEMON,
                                0,
                                ThreadClass.USER,
                                LwktThread.behavior(td -> new Client(td, echo, 20_000, done)));
            }
            machine.start();
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(panic.get()).isNull();
        }
    }

    @Test
    void shouldAnswerAcrossCpusInVirtualTime() {
        final AtomicReference<Throwable> panic = new AtomicReference<>();
        final CountDownLatch done = new CountDownLatch(2);
        final Conductor conductor = Conductor.create(CostModel.defaults());
        try (Machine machine =
                Machine.inVirtualTime(conductor, 1, List.of(0, 1), CpuSettings.defaults(), (cpu, e) -> panic.set(e))) {
            final Port<Cmd> echo = machine.cpu(1)
                    .spawn("echo", Pri.KERN_DAEMON, Port.TCP_THREAD, ThreadClass.TCP, LwktThread.behavior(Echo::new));
            for (int i = 0; i < 2; i++) {
                machine.cpu(i)
                        .spawn(
                                "client",
                                Pri.KERN_DAEMON,
                                0,
                                ThreadClass.USER,
                                LwktThread.behavior(td -> new Client(td, echo, 20_000, done)));
            }
            machine.start();
            conductor.runUntilQuiet(1_000_000);
            assertThat(panic.get()).isNull();
            assertThat(done.getCount()).isZero();
        }
    }
}
