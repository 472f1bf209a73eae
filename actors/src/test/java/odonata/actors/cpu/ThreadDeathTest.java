package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.actors.testing.Probe.Cmd.Do;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An exception in a thread's body is its death, not the CPU's. Clients are on CPU 0, the one that dies mostly too. */
class ThreadDeathTest {
    private final Bed bed = Bed.virtualEmpty();
    private final IllegalStateException defect = new IllegalStateException("defect");
    private final List<Object> log = new ArrayList<>();
    private final Port<Probe.Cmd> client;

    ThreadDeathTest() {
        final Uplink uplink = new FakeUplink(bed, 8);
        bed.addMachine(1, 0, 2, uplink);
        bed.addMachine(2, 10, 1, uplink);
        client = bed.probe(0);
        bed.start();
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    private Port<Probe.Cmd> victim(final int cpu) {
        final Port<Probe.Cmd> port = bed.probe(cpu);
        bed.quiet();
        return port;
    }

    private void client(final Consumer<Td> calls) {
        bed.tell(client, probe -> calls.accept(probe.self()));
    }

    /** Sends a message to be held, then one that kills, then some that come too late. */
    private void kill(final Port<Probe.Cmd> victim, final Consumer<Probe> how) {
        client(td -> {
            for (int i = 0; i < 2; i++) {
                td.sendMsg(victim, td.initMsg(new Hold(i)), reply -> log.add("held " + reply.error()));
            }
            td.sendMsg(victim, td.initMsg(new Do(how)), reply -> log.add("fatal " + reply.error()));
            td.sendMsg(victim, td.initMsg(new Ask(1)), reply -> log.add("waiting " + reply.error()));
        });
        client(td -> td.sendMsg(victim, td.initMsg(new Ask(1)), reply -> log.add("later " + reply.error())));
    }

    private void fail() {
        throw defect;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10})
    void I21_whatItHeldIsRepliedEfaultAndWhatWaitedOrComesLaterEsrch(final int cpu) {
        final Port<Probe.Cmd> victim = victim(cpu);
        kill(victim, probe -> fail());
        assertThat(bed.takeDeaths()).containsExactly(defect);
        assertThat(log)
                .containsExactly(
                        "held " + NetError.EFAULT,
                        "held " + NetError.EFAULT,
                        "fatal " + NetError.EFAULT,
                        "waiting " + NetError.ESRCH,
                        "later " + NetError.ESRCH);
        assertThat(bed.cpu(cpu).counters().get(CpuCounter.DEATHS)).isEqualTo(1);
        assertThat(bed.cpu(cpu).isStopped()).isFalse();
    }

    @Test
    void I21_aThreadThatExitsLeavesNobodyWaitingEither() {
        kill(victim(0), probe -> probe.self().exit());
        assertThat(log)
                .containsExactly(
                        "fatal " + NetError.OK,
                        "held " + NetError.ESRCH,
                        "held " + NetError.ESRCH,
                        "waiting " + NetError.ESRCH,
                        "later " + NetError.ESRCH);
        assertThat(bed.cpu(0).counters().get(CpuCounter.DEATHS)).isZero();
    }

    @Test
    void I28_anAbortThatItWasStillToBeGivenDoesNotCompleteASecondTime() {
        final Port<Probe.Cmd> victim = victim(0);
        final List<Msg<?>> sent = new ArrayList<>();
        client(td -> {
            final Msg<Hold> msg = td.initMsg(new Hold(1)).abortable();
            sent.add(msg);
            td.sendMsg(victim, msg, reply -> log.add(reply.error()));
        });
        client(td -> {
            td.sendMsg(victim, Msg.init(new Do(probe -> fail()), Port.none()));
            td.abortMsg(sent.get(0));
        });
        assertThat(log).containsExactly(NetError.EFAULT);
        assertThat(bed.takeDeaths()).hasSize(1);
    }

    @Test
    void shouldWakeWhoWaitsForIt() {
        final Port<Probe.Cmd> victim = victim(1);
        client(td -> td.doMsg(victim, td.initMsg(new Do(probe -> fail())), reply -> log.add(reply.error())));
        client(td -> log.add("goes on"));
        assertThat(log).containsExactly(NetError.EFAULT, "goes on");
        assertThat(bed.takeDeaths()).hasSize(1);
    }

    @Test
    void I14_itsTokensAreFree() {
        final LwktToken token = LwktToken.create("token");
        bed.tell(victim(0), probe -> probe.self().getToken(token, this::fail));
        client(td -> log.add(td.tryToken(token)));
        client(td -> td.relToken(token));
        assertThat(log).containsExactly(true);
        assertThat(bed.takeDeaths()).hasSize(1);
    }

    @Test
    void shouldDieOfAStackThatIsTooDeepAndOfAnAssertion() {
        bed.tell(victim(0), probe -> probe.received.add(depth(0)));
        bed.tell(victim(0), probe -> {
            throw new AssertionError("of a test");
        });
        assertThat(bed.takeDeaths()).hasSize(2);
    }

    /** Too deep long before it ends. */
    private static int depth(final int n) {
        return n < 0 ? 0 : 1 + depth(n + 1);
    }

    @Test
    void shouldDieWhenItCannotBeMade() {
        final Port<Probe.Cmd> port = bed.spawn(0, Pri.KERN_DAEMON, td -> {
            throw defect;
        });
        client(td -> td.sendMsg(port, td.initMsg(new Ask(1)), reply -> log.add(reply.error())));
        assertThat(log).containsExactly(NetError.ESRCH);
        assertThat(bed.takeDeaths()).containsExactly(defect);
    }

    @Test
    void shouldHoldForAPlainBehaviourToo() {
        final Port<String> port = bed.cpu(0)
                .spawn("plain", Pri.KERN_DAEMON, 0, ThreadClass.USER, Behaviors.receiveMessage(msg -> {
                    throw defect;
                }));
        client(td -> td.sendMsg(port, td.initMsg("go"), reply -> log.add("answered")));
        assertThat(log).containsExactly("answered");
        assertThat(bed.takeDeaths()).containsExactly(defect);
        assertThat(bed.cpu(0).isStopped()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadClass.class,
            names = {"INTERRUPT", "NETISR", "TCP", "UDP"})
    void shouldTakeTheCpuWithItWhenThatCannotDoWithoutIt(final ThreadClass threadClass) {
        final Port<Probe.Cmd> port =
                bed.cpu(1).spawn("essential", Pri.KERN_DAEMON, 0, threadClass, LwktThread.behavior(Probe::new));
        bed.tell(port, probe -> fail());
        assertThat(bed.takePanics()).containsExactly(defect);
        assertThat(bed.cpu(1).isStopped()).isTrue();
    }

    @Test
    void shouldBeToldAsAPanicToWhoDoesNotTellThemApart() {
        final PanicHandler plain = (cpu, cause) -> log.add(cpu + " " + cause.getMessage());
        bed.tell(client, probe -> plain.threadDied(bed.cpu(0).curthread(), defect));
        assertThat(log).containsExactly("cpu 0 defect");
    }

    @Test
    void shouldTakeTheCpuWithItWhenARuleOfTheKernelWasBroken() {
        bed.tell(victim(1), probe -> {
            throw new KernelPanic("rule");
        });
        assertThat(bed.takePanics()).singleElement().isInstanceOf(KernelPanic.class);
    }
}
