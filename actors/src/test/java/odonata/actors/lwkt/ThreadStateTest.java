package odonata.actors.lwkt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.LwktToken;
import odonata.actors.cpu.TdFlag;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.cpu.ThreadState;
import odonata.actors.cpu.ThreadState.Status;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** States and flags of threads (2.2) as others see them. */
class ThreadStateTest {
    private final Bed bed = Bed.virtual(2).start();
    private final List<ThreadState> seen = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
    }

    /** From outside, between two threads. */
    private ThreadState of(final Port<?> thread) {
        final List<ThreadState> found = new ArrayList<>();
        bed.cpu(thread.cpu()).inject(() -> found.add(look(thread)));
        bed.quiet();
        return found.get(0);
    }

    private ThreadState look(final Port<?> thread) {
        return bed.cpu(thread.cpu()).threads().stream()
                .filter(t -> t.portIndex() == thread.index())
                .findFirst()
                .orElseThrow();
    }

    private void expect(final Port<?> thread, final Status status, final String wmesg, final TdFlag... flags) {
        final ThreadState state = of(thread);
        assertThat(state.status()).as(state.toString()).isEqualTo(status);
        assertThat(state.wmesg()).isEqualTo(wmesg);
        assertThat(state.flags()).containsExactlyInAnyOrder(flags);
    }

    @Test
    void shouldWaitForTheNextMessageWhenIdle() {
        final Port<Probe.Cmd> thread = bed.probe(0, Pri.SOFT_NORM, probe -> {});
        bed.tell(thread, probe -> {});
        expect(thread, Status.WAITPORT, "");
        assertThat(of(thread))
                .returns("thread", ThreadState::name)
                .returns(Pri.SOFT_NORM, ThreadState::pri)
                .returns(ThreadClass.KERNEL, ThreadState::threadClass)
                .returns(1L, ThreadState::served)
                .returns(0L, ThreadState::depth);
    }

    @Test
    void shouldSayWhatABlockedThreadWaitsFor() {
        final Port<Probe.Cmd> holder = bed.probe(1);
        final Port<Probe.Cmd> caller = bed.probe(0);
        bed.tell(caller, probe -> probe.self().doMsg(holder, probe.self().initMsg(new Probe.Cmd.Hold(1)), reply -> {}));
        expect(caller, Status.BLOCKED, "Hold", TdFlag.BLOCKED);

        final WaitQueue queue = WaitQueue.create(bed.cpu(0));
        final Port<Probe.Cmd> waiter = bed.probe(0);
        bed.tell(waiter, probe -> probe.self().block(queue, "bufwait", queue.gen(), gen -> {}));
        expect(waiter, Status.BLOCKED, "bufwait", TdFlag.BLOCKED);

        final Port<Probe.Cmd> sleeper = bed.probe(1);
        bed.tell(sleeper, probe -> probe.self().tsleep("disk", "diskrd", 0, error -> {}));
        expect(sleeper, Status.BLOCKED, "diskrd", TdFlag.BLOCKED, TdFlag.TSLEEPQ);
        bed.tell(bed.probe(0), probe -> probe.self().wakeup("disk"));
        expect(sleeper, Status.WAITPORT, "");
    }

    @Test
    void shouldStayRunnableWhileATokenIsBusy() {
        final LwktToken token = LwktToken.create("routes");
        final Port<Probe.Cmd> holder = bed.probe(1);
        final Port<Probe.Cmd> wanting = bed.probe(0);
        bed.quiet();
        final long begin = bed.conductor.nowNs();
        bed.post(holder, probe -> probe.self().getToken(token, () -> {
            probe.self().charge(100_000);
            probe.self().relToken(token);
        }));
        bed.conductor.at(
                begin + 10_000,
                () -> bed.post(wanting, probe -> probe.self()
                        .getToken(token, () -> probe.self().relToken(token))));
        bed.conductor.runUntil(begin + 50_000);
        bed.cpu(0).inject(() -> seen.add(look(wanting)));
        bed.conductor.runUntil(begin + 60_000);
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0))
                .returns(Status.RUNNABLE, ThreadState::status)
                .returns("token", ThreadState::wmesg)
                .returns(1, ThreadState::tokens);
        assertThat(seen.get(0).flags()).containsExactly(TdFlag.RUNQ);
        bed.quiet();
        expect(wanting, Status.WAITPORT, "");
        assertThat(of(wanting).tokens()).isZero();
    }

    @Test
    void shouldShowTheRunningThePreemptedAndTheWaitingOne() {
        final Port<Probe.Cmd> low = bed.probe(0);
        final Port<Probe.Cmd> peer = bed.probe(0);
        final Port<Probe.Cmd> intr =
                bed.cpu(0).spawn("intr", Pri.INT_MED, 0, ThreadClass.INTERRUPT, LwktThread.behavior(Probe::new));
        bed.quiet();
        bed.tell(low, probe -> {
            probe.self().critEnter();
            probe.self().sendMsg(peer, Msg.init(new Probe.Cmd.Note(1), Port.adone()));
            seen.add(look(low));
            probe.self().critExit();
            probe.self()
                    .sendMsg(
                            intr,
                            Msg.init(
                                    new Probe.Cmd.Do(p -> {
                                        seen.add(look(low));
                                        seen.add(look(intr));
                                        seen.add(look(peer));
                                    }),
                                    Port.adone()));
        });
        assertThat(seen)
                .extracting(ThreadState::status)
                .containsExactly(Status.RUNNING, Status.PREEMPTED, Status.RUNNING, Status.RUNNABLE);
        assertThat(seen.get(0).critCount()).isEqualTo(1);
        assertThat(seen.get(1).flags()).containsExactlyInAnyOrder(TdFlag.RUNNING, TdFlag.RUNQ, TdFlag.PREEMPT_LOCK);
        assertThat(seen.get(2).flags())
                .containsExactlyInAnyOrder(TdFlag.RUNNING, TdFlag.RUNQ, TdFlag.PREEMPTING, TdFlag.INTTHREAD);
        assertThat(seen.get(3).depth()).isEqualTo(1);
    }

    @Test
    void shouldShowADescheduledThreadAsStopped() {
        final Port<Probe.Cmd> thread = bed.probe(0);
        bed.tell(thread, probe -> probe.self().deschedule());
        bed.post(thread, probe -> {});
        bed.quiet();
        expect(thread, Status.STOPPED, "", TdFlag.STOPREQ);
        assertThat(of(thread).depth()).isEqualTo(1);
        bed.tell(bed.probe(1), probe -> probe.self().schedule(thread));
        expect(thread, Status.WAITPORT, "");
    }

    /** Who still has its port gets ESRCH, never somebody else. */
    @Test
    void I19_theNumberOfAThreadThatHasEndedIsNotGivenAgain() {
        final Port<Probe.Cmd> thread = bed.probe(0);
        bed.tell(thread, probe -> probe.self().exit());
        final List<NetError> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            final Port<Probe.Cmd> next = bed.probe(0);
            assertThat(next).isNotEqualTo(thread);
            bed.tell(next, probe -> probe.self()
                    .sendMsg(thread, probe.self().initMsg(new Probe.Cmd.Ask(1)), reply -> answers.add(reply.error())));
            bed.tell(next, probe -> probe.self().exit());
        }
        assertThat(answers).hasSize(10).containsOnly(NetError.ESRCH);
    }

    @Test
    void shouldForgetAThreadThatHasEnded() {
        final Port<Probe.Cmd> thread = bed.probe(0);
        bed.tell(thread, probe -> probe.self().exit());
        final List<ThreadState> all = new ArrayList<>();
        bed.cpu(0).inject(() -> all.addAll(bed.cpu(0).threads()));
        bed.quiet();
        assertThat(all).isEmpty();
    }
}
