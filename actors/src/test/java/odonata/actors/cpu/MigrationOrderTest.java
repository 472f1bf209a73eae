package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Do;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A move against what others do at the same time, in every order of the turns of two or three CPUs. */
@Tag("slow")
class MigrationOrderTest {
    private static final int DELAYS = 5;

    private final Turns turns = new Turns(3);
    private final List<Object> received = new ArrayList<>();
    private final List<Msg<?>> sent = new ArrayList<>();
    private int delay;
    private Probe mover;
    private Probe sender;
    private Port<Probe.Cmd> moverPort;
    private Port<Probe.Cmd> senderPort;

    @AfterEach
    void close() {
        turns.close();
    }

    private Port<Probe.Cmd> spawn(final int cpu, final Consumer<Probe> made) {
        return turns.machine.cpu(cpu).spawn("thread", Pri.KERN_DAEMON, 0, ThreadClass.USER, LwktThread.behavior(td -> {
            final Probe probe = new Probe(td);
            made.accept(probe);
            return probe;
        }));
    }

    private void post(final Port<Probe.Cmd> to, final Consumer<Td> function) {
        turns.machine.cpu(to.cpu()).injectMsg(to, Msg.init(new Do(p -> function.accept(p.self())), Port.adone()));
    }

    /** New threads: the one that will move lives on CPU 0, and is on {@code at}; the other is on {@code from}. */
    private void set(final int at, final int from) {
        if (moverPort != null) {
            endThreads();
        }
        received.clear();
        sent.clear();
        moverPort = spawn(0, probe -> mover = probe);
        senderPort = spawn(from, probe -> sender = probe);
        turns.settle();
        post(moverPort, td -> td.setCpuSelf(at, () -> {}));
        turns.settle();
    }

    private void endThreads() {
        post(moverPort, Td::exit);
        post(senderPort, Td::exit);
        turns.settle();
        assertThat(sent).as("order %s", turns.order()).allMatch(Msg::isDone);
    }

    private void note(final Td td, final int n) {
        td.sendMsg(moverPort, Msg.init(new Note(n), Port.none()));
    }

    private void hold(final Td td, final int n) {
        final Msg<Hold> msg = td.initMsg(new Hold(n)).abortable();
        sent.add(msg);
        td.sendMsg(moverPort, msg, reply -> received.add(reply.error()));
    }

    /** On one CPU the order is given: there the other's part begins at once, or one to four messages later. */
    private void explore(final boolean onOneCpu, final Runnable begin, final Runnable end) {
        final int delays = onOneCpu ? DELAYS : 1;
        int orders = 0;
        for (delay = 0; delay < delays; delay++) {
            orders += turns.explore(begin, end);
        }
        assertThat(orders).isGreaterThanOrEqualTo(Math.max(2, delays));
    }

    private void postLater(final Consumer<Td> function) {
        post(senderPort, td -> later(td, delay, function));
    }

    private void later(final Td td, final int messages, final Consumer<Td> function) {
        if (messages == 0) {
            function.accept(td);
        } else {
            td.sendMsg(senderPort, Msg.init(new Do(p -> later(p.self(), messages - 1, function)), Port.adone()));
        }
    }

    @ParameterizedTest(name = "from CPU {0} to {1}, sender on {2}")
    @CsvSource({"0,1,0", "0,1,1", "0,1,2", "1,0,0", "1,0,2", "1,2,0", "1,2,1"})
    void I24_messagesArriveOnceInOrderThoughTheOwnerOfThePortMoves(final int at, final int to, final int from) {
        explore(
                at == from,
                () -> {
                    set(at, from);
                    post(moverPort, td -> td.setCpuSelf(to, () -> received.add("there")));
                    postLater(td -> {
                        note(td, 1);
                        note(td, 2);
                        later(td, 1, again -> note(again, 3));
                    });
                },
                () -> {
                    assertThat(mover.received).as("order %s", turns.order()).containsExactly(1, 2, 3);
                    assertThat(mover.self().cpu()).isEqualTo(to);
                    assertThat(received).containsExactly("there");
                });
    }

    /** A turn takes from the ring of the lowest CPU first: what was sent from a higher one must not be on its ring any more. */
    @ParameterizedTest(name = "port on CPU {0}, sender from {1} to {2}")
    @CsvSource({"0,1,0", "0,2,1", "1,0,2", "1,2,1"})
    void I24_messagesArriveOnceInOrderThoughTheSenderMoves(final int at, final int from, final int to) {
        explore(
                at == from || at == to,
                () -> {
                    set(at, from);
                    postLater(td -> {
                        note(td, 1);
                        td.setCpuSelf(to, () -> note(td, 2));
                    });
                },
                () -> assertThat(mover.received).as("order %s", turns.order()).containsExactly(1, 2));
    }

    @ParameterizedTest(name = "from CPU {0} to {1}, scheduled by {2}")
    @CsvSource({"0,1,0", "0,1,1", "0,1,2", "1,0,2", "1,2,0", "1,2,1"})
    void I11_scheduleDuringAMigrationIsNeverLost(final int at, final int to, final int by) {
        explore(
                at == by || to == by,
                () -> {
                    set(at, by);
                    post(moverPort, td -> {
                        td.deschedule();
                        td.setCpuSelf(to, () -> received.add("there"));
                        td.sendMsg(
                                senderPort,
                                Msg.init(
                                        new Do(p -> later(p.self(), delay, then -> then.schedule(moverPort))),
                                        Port.adone()));
                    });
                },
                () -> assertThat(received).as("order %s", turns.order()).containsExactly("there"));
    }

    @ParameterizedTest(name = "from CPU {0} to {1}, sender on {2}")
    @CsvSource({"0,1,1", "1,2,0"})
    void I21_I28_anAbortedMessageIsRepliedOnceThoughItsHolderMoves(final int at, final int to, final int from) {
        explore(
                at == from,
                () -> {
                    set(at, from);
                    mover.whenAborted = msg -> msg.reply(NetError.EINTR);
                    postLater(td -> {
                        hold(td, 1);
                        later(td, delay, then -> then.abortMsg(sent.get(0)));
                    });
                    post(moverPort, td -> td.setCpuSelf(to, () -> {}));
                },
                () -> assertThat(received).as("order %s", turns.order()).containsExactly(NetError.EINTR));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void I21_I28_anAbortMeetsAReplyThoughTheOriginatorMoves(final int to) {
        explore(
                false,
                () -> {
                    set(0, 1);
                    postLater(td -> {
                        hold(td, 1);
                        td.setCpuSelf(0, () -> {
                            td.abortMsg(sent.get(0));
                            td.setCpuSelf(to, () -> received.add("there"));
                        });
                    });
                    post(moverPort, td -> {
                        if (!mover.held.isEmpty()) {
                            mover.held.get(0).reply(NetError.OK);
                        }
                        mover.whenAborted = msg -> msg.reply(NetError.EINTR);
                    });
                },
                () -> assertThat(received)
                        .as("order %s", turns.order())
                        .hasSize(2)
                        .contains("there"));
    }

    @Test
    void shouldMoveTwoThreadsPastEachOther() {
        explore(
                false,
                () -> {
                    set(0, 1);
                    post(
                            moverPort,
                            td -> td.setCpuSelf(1, () -> td.sendMsg(senderPort, Msg.init(new Note(1), Port.none()))));
                    postLater(td -> td.setCpuSelf(0, () -> note(td, 2)));
                },
                () -> {
                    assertThat(sender.received).as("order %s", turns.order()).containsExactly(1);
                    assertThat(mover.received).as("order %s", turns.order()).containsExactly(2);
                });
    }
}
