package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import akka.dispatch.Envelope;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgPort;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Thread structures: alloc (T1), free (T2), hold, rele, and the cache of dead threads (2.11). */
class ThreadStoreTest {
    private final Bed bed = Bed.virtual(2).start();
    private final ThreadStore store = bed.cpu(0).store();

    @AfterEach
    void close() {
        bed.close();
    }

    /** Runs it on the carrier of a CPU, between threads. */
    private void on(final int cpu, final Runnable function) {
        bed.cpu(cpu).inject(function);
        bed.quiet();
    }

    private CpuThread alloc(final String name) {
        return store.alloc(name, Pri.KERN_DAEMON, 0, ThreadClass.KERNEL);
    }

    private Port<Probe.Cmd> create(final CpuThread thread) {
        return store.create(thread, LwktThread.behavior(Probe::new));
    }

    private void exit(final Port<Probe.Cmd> probe) {
        bed.tell(probe, p -> p.self().exit());
    }

    /** The structure of a thread that was created, held, ended and released. */
    private CpuThread dead() {
        final List<CpuThread> made = new ArrayList<>();
        on(0, () -> made.add(alloc("dead")));
        final List<Port<Probe.Cmd>> port = new ArrayList<>();
        on(0, () -> port.add(create(made.get(0))));
        exit(port.get(0));
        return made.get(0);
    }

    private void panics(final Consumer<Cpu> function, final String message) {
        bed.cpu(0).inject(() -> function.accept(bed.cpu(0)));
        bed.quiet();
        final List<Throwable> panics = bed.takePanics();
        assertThat(panics).hasSize(1);
        assertThat(panics.get(0)).isInstanceOf(KernelPanic.class).hasMessageContaining(message);
    }

    @Nested
    class Alloc {
        @Test
        void shouldMakeAThreadThatDoesNotRunUntilItIsCreated() {
            on(0, () -> {
                final CpuThread thread = alloc("new");
                assertThat(bed.cpu(0).counters().threads()).doesNotContain(thread);
                final Port<Probe.Cmd> port = create(thread);
                assertThat(port).isEqualTo(thread.address());
                assertThat(bed.cpu(0).counters().threads()).contains(thread);
            });
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldMakeADeadThreadAnotherOneWithNothingOfTheOld() {
            final CpuThread old = dead();
            final Port<?> before = old.address();
            final long served = old.served();
            assertThat(served).isPositive();
            final int ordinal = old.ordinal();
            on(0, () -> {
                final CpuThread now = alloc("new");
                assertThat(now).isSameAs(old);
                assertThat(now.name()).isEqualTo("new");
                assertThat(now.served()).isZero();
                assertThat(now.ordinal()).isGreaterThan(ordinal);
                assertThat(now.address()).isNotEqualTo(before);
            });
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldForgetThatTheDeadOneWasDescheduled() {
            final Port<Probe.Cmd> probe = bed.probe(0);
            bed.tell(probe, p -> {
                p.self().deschedule();
                p.self().exit();
            });
            assertThat(store.cached()).isEqualTo(1);
            assertThat(answers(bed.probe(0))).isTrue();
            assertThat(store.cached()).isZero();
        }

        /** As when Akka, told by a foreign thread in the last moment, wants the dead actor to run. */
        @Test
        void I19_aDeadThreadIsNotReusedBeforeItsCpuHasLeftIt() {
            final CpuThread old = dead();
            on(0, () -> old.mailboxReady(() -> {}));
            assertThat(bed.cpu(0).lastThread()).isSameAs(old);
            on(0, () -> assertThat(alloc("new")).isNotSameAs(old));
            answers(bed.probe(0));
            on(0, () -> assertThat(alloc("newer")).isSameAs(old));
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldNotRunTheDeadActorInItsPlace() throws ReflectiveOperationException {
            final Field field = CpuThread.class.getDeclaredField("mailbox");
            field.setAccessible(true);
            final Port<Probe.Cmd> probe = bed.probe(0);
            final CpuThread[] old = new CpuThread[1];
            on(0, () -> old[0] = store.hold(probe));
            final Runnable mailbox = (Runnable) field.get(old[0]);
            on(0, () -> store.rele(old[0]));
            exit(probe);
            final Port<Probe.Cmd> now = bed.probe(0);
            bed.quiet();
            assertThat(store.cached()).isZero();
            on(0, () -> bed.cpu(0).akka().execute(mailbox));
            assertThat(answers(now)).isTrue();
        }

        private boolean answers(final Port<Probe.Cmd> target) {
            final List<NetError> errors = new ArrayList<>();
            bed.tell(bed.probe(1), probe -> probe.self()
                    .doMsg(target, probe.self().initMsg(new Probe.Cmd.Ask(1)), msg -> errors.add(msg.error())));
            return errors.equals(List.of(NetError.OK));
        }

        @Test
        void shouldKeepSixAtMost() {
            final List<Port<Probe.Cmd>> probes = new ArrayList<>();
            for (int i = 0; i < ThreadStore.NTHREADS + 3; i++) {
                probes.add(bed.probe(0));
            }
            bed.quiet();
            probes.forEach(ThreadStoreTest.this::exit);
            assertThat(store.cached()).isEqualTo(ThreadStore.NTHREADS);
            final Set<CpuThread> made = Collections.newSetFromMap(new IdentityHashMap<>());
            on(0, () -> {
                for (int i = 0; i < probes.size(); i++) {
                    made.add(alloc("t"));
                }
            });
            assertThat(made).hasSize(probes.size());
            assertThat(store.cached()).isZero();
        }

        @Test
        void shouldNotReuseWhatATraceStillNames() {
            bed.cpu(0).ktr(new Ktr(bed.cpu(0), 1024));
            dead();
            assertThat(store.cached()).isZero();
        }
    }

    @Nested
    class APortIsNotReused {
        @Test
        void shouldAnswerEsrchForTheDeadThreadWhenItsStructureIsAnothers() {
            final CpuThread old = dead();
            final Port<Probe.Cmd> before = new Port<>(0, old.address().index());
            final List<Port<Probe.Cmd>> now = new ArrayList<>();
            on(0, () -> now.add(create(alloc("new"))));
            final List<NetError> errors = new ArrayList<>();
            final Port<Probe.Cmd> asker = bed.probe(1);
            for (final Port<Probe.Cmd> target : List.of(before, now.get(0))) {
                bed.tell(asker, probe -> probe.self()
                        .doMsg(target, probe.self().initMsg(new Probe.Cmd.Ask(1)), msg -> errors.add(msg.error())));
            }
            assertThat(errors).containsExactly(NetError.ESRCH, NetError.OK);
        }

        /** An Akka tell from outside that was on its way when the thread died, and arrives when another has its structure. */
        @Test
        void shouldLoseWhatAForeignThreadToldTheDeadActor() throws InterruptedException {
            final Port<Probe.Cmd> port = bed.probe(0);
            bed.quiet();
            final CpuThread[] old = new CpuThread[1];
            on(0, () -> old[0] = store.hold(port));
            final MsgPort oldPort = old[0].msgPort();
            exit(port);
            on(0, () -> store.rele(old[0]));
            final List<Probe> probe = new ArrayList<>();
            on(
                    0,
                    () -> store.create(alloc("new"), LwktThread.behavior(td -> {
                        probe.add(new Probe(td));
                        return probe.get(0);
                    })));
            bed.quiet();
            final Thread foreigner = new Thread(() -> oldPort.enqueue(
                    null,
                    Envelope.apply(Msg.init(new Probe.Cmd.Do(p -> p.received.add("stray")), Port.adone()), null)));
            foreigner.start();
            foreigner.join();
            bed.quiet();
            assertThat(probe).hasSize(1);
            assertThat(probe.get(0).self().name()).isEqualTo("new");
            assertThat(probe.get(0).received).isEmpty();
        }
    }

    @Nested
    class Free {
        @Test
        void shouldTakeBackWhatWasNeverCreated() {
            on(0, () -> {
                final CpuThread thread = alloc("unused");
                store.free(thread);
                assertThat(alloc("next")).isSameAs(thread);
            });
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldPanicWhenItLives() {
            final Port<Probe.Cmd> probe = bed.probe(0);
            bed.quiet();
            panics(
                    cpu -> cpu.store().free((CpuThread) cpu.counters().threads().stream()
                            .filter(t -> t.portIndex() == probe.index())
                            .findFirst()
                            .orElseThrow()),
                    "it is alive");
        }

        @Test
        void shouldPanicWhenItIsHeld() {
            panics(cpu -> cpu.store().free(cpu.store().hold(alloc("held"))), "1 hold it");
        }

        @Test
        void shouldPanicWhenItWasFreed() {
            panics(
                    cpu -> {
                        final CpuThread thread = alloc("twice");
                        cpu.store().free(thread);
                        cpu.store().free(thread);
                    },
                    "has been freed");
        }

        @Test
        void shouldPanicOnAnotherCpu() {
            final List<CpuThread> thread = new ArrayList<>();
            on(0, () -> thread.add(alloc("of CPU 0")));
            bed.cpu(1).inject(() -> bed.cpu(1).store().free(thread.get(0)));
            bed.quiet();
            assertThat(bed.takePanics()).singleElement().satisfies(p -> assertThat(p)
                    .hasMessageContaining("only its own CPU may"));
        }

        @Test
        void shouldPanicWhenADeadThreadIsCreatedAgain() {
            final CpuThread old = dead();
            panics(cpu -> create(old), "which exists, or existed");
        }
    }

    @Nested
    class Hold {
        private final Port<Probe.Cmd> probe = bed.probe(0);
        private final Port<Probe.Cmd> holder = bed.probe(0);
        private final Port<Probe.Cmd> other = bed.probe(1);
        private final List<CpuThread> held = new ArrayList<>();

        private void hold() {
            bed.tell(holder, p -> held.add(p.self().hold(probe)));
        }

        @Test
        void I19_anExitedThreadIsNotReusedUntilTheLastReference() {
            hold();
            hold();
            exit(probe);
            on(0, () -> assertThat(alloc("new")).isNotSameAs(held.get(0)));
            bed.tell(holder, p -> p.self().rele(held.get(0)));
            on(0, () -> assertThat(alloc("new")).isNotSameAs(held.get(0)));
            bed.tell(holder, p -> p.self().rele(held.get(1)));
            on(0, () -> assertThat(alloc("new")).isSameAs(held.get(0)));
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldShowADeadThreadToWhoHoldsIt() {
            hold();
            on(0, () -> assertThat(held.get(0).state().status()).isEqualTo(ThreadState.Status.WAITPORT));
            exit(probe);
            on(0, () -> assertThat(held.get(0).state())
                    .returns(ThreadState.Status.EXITED, ThreadState::status)
                    .returns(probe.index(), ThreadState::portIndex));
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldNotFreeAThreadThatLivesWhenNobodyHoldsItAnyMore() {
            hold();
            bed.tell(holder, p -> p.self().rele(held.get(0)));
            on(0, () -> assertThat(alloc("new")).isNotSameAs(held.get(0)));
            exit(probe);
            on(0, () -> assertThat(alloc("new")).isSameAs(held.get(0)));
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldFreeItOnItsOwnCpuWhenAnotherOneLetsGoLast() {
            hold();
            exit(probe);
            bed.tell(other, p -> p.self().rele(held.get(0)));
            on(0, () -> assertThat(alloc("new")).isSameAs(held.get(0)));
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldGoAlongWhenTheThreadMigrates() {
            hold();
            bed.tell(probe, p -> p.self().setCpuSelf(1, () -> p.self().exit()));
            on(1, () -> assertThat(held.get(0).state().status()).isEqualTo(ThreadState.Status.EXITED));
            bed.tell(holder, p -> p.self().rele(held.get(0)));
            assertThat(bed.cpu(1).store().cached())
                    .as("an address of another CPU is not left behind")
                    .isZero();
            assertThat(bed.panics).isEmpty();
        }

        @Test
        void shouldPanicWhenItIsGone() {
            exit(probe);
            panics(cpu -> cpu.store().hold(probe), "which is not on CPU 0");
        }

        @Test
        void shouldPanicWhenItWasFreed() {
            hold();
            exit(probe);
            bed.tell(holder, p -> p.self().rele(held.get(0)));
            panics(cpu -> cpu.store().hold(held.get(0)), "which has been freed");
        }

        @Test
        void shouldPanicWhenMoreAreReleasedThanHeld() {
            hold();
            bed.tell(holder, p -> p.self().rele(held.get(0)));
            bed.tell(holder, p -> p.self().rele(held.get(0)));
            assertThat(bed.takePanics()).singleElement().satisfies(p -> assertThat(p)
                    .hasMessageContaining("which nobody holds"));
        }
    }
}
