package odonata.actors.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.actors.testing.Probe.Cmd.Ask;
import odonata.actors.testing.Probe.Cmd.Hold;
import odonata.actors.testing.Probe.Cmd.Note;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The invariants of messages, by their numbers in the reference; I28 is in {@link AbortOrderTest}, I29 in {@link DropTest}. */
class MessageInvariantsTest {
    private final Bed bed = Bed.virtual(3).start();
    private final List<Object> log = new ArrayList<>();
    private Probe client;
    private Probe server;
    private final Port<Probe.Cmd> clientPort = bed.probe(0, Pri.KERN_DAEMON, probe -> client = probe);
    private final Port<Probe.Cmd> serverPort = bed.probe(1, Pri.KERN_DAEMON, probe -> server = probe);

    MessageInvariantsTest() {
        bed.quiet();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void I20_onlyTheOwnerTakesFromAThreadPort() {
        tell(td -> td.sendMsg(serverPort, td.initMsg(new Hold(1))));
        tell(td -> server.self().getPort());
        assertThat(bed.takePanics()).singleElement().asString().contains("another thread than the owner");
    }

    @Test
    void I21_eachSendHasExactlyOneCompletion() {
        final Port<Probe.Cmd> sync = bed.cpu(1).register(0, SyncPort.putOnly(msg -> NetError.EAGAIN));
        final Port<Probe.Cmd> middle = bed.spawn(2, Pri.KERN_DAEMON, td -> new Forwarder(td, serverPort));
        final List<Port<? super Ask>> targets = List.of(serverPort, sync, middle, clientPort, new Port<Ask>(2, 999));
        final int[] completions = new int[targets.size()];
        tell(td -> {
            for (int i = 0; i < completions.length; i++) {
                final int index = i;
                td.sendMsg(targets.get(i), td.initMsg(new Ask(i)), reply -> completions[index]++);
            }
        });
        assertThat(completions).containsOnly(1);
    }

    @Test
    void I22_aReplyIsCompletedOnTheCpuOfTheReplyPort() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(serverPort, msg, reply -> log.add(bed.cpu(0).curthread() != null)));
        bed.tell(serverPort, probe -> {
            probe.held.get(0).reply(NetError.OK);
            log.add(msg.isReply() && !msg.isDone());
        });
        assertThat(log).containsExactly(true, true);
    }

    @Test
    void I23_onlyRepliesToAsynchronousSendsAreQueued() {
        final Port<Ask> sync = bed.cpu(0).register(0, SyncPort.putOnly(msg -> NetError.EAGAIN));
        final Msg<Ask> toSync = Msg.init(new Ask(1), clientPort);
        tell(td -> {
            td.sendMsg(sync, toSync);
            log.add(toSync.isQueued());
            final Msg<Ask> done = td.initMsg(new Ask(2));
            td.doMsg(sync, done, reply -> log.add(reply.isQueued()));
        });
        assertThat(log).containsExactly(true, false);
        assertThat(client.replies).containsExactly(toSync);
    }

    @Test
    void I24_oneSendersMessagesAreReceivedInOrderUrgentOnesFirst() {
        final Random random = new Random(24);
        bed.post(serverPort, probe -> probe.self().charge(1_000_000));
        final List<Object> urgent = new ArrayList<>();
        final List<Object> normal = new ArrayList<>();
        tell(td -> {
            for (int i = 0; i < 100; i++) {
                final Msg<Note> msg = td.initMsg(new Note(i), Port.none());
                final boolean first = random.nextBoolean();
                (first ? urgent : normal).add(i);
                td.sendMsg(serverPort, first ? msg.urgent() : msg);
            }
        });
        urgent.addAll(normal);
        assertThat(server.received).isEqualTo(urgent);
    }

    /** Three messages wait meanwhile: were a reply queued, there would be four, were it received, the thread would take more. */
    @Test
    void I25_domsgToASynchronousPortNeitherSwitchesNorSendsAnIpiNorQueues() {
        final Port<Ask> sync = bed.cpu(0).register(0, SyncPort.putOnly(msg -> NetError.EAGAIN));
        final CpuCounters counters = bed.cpu(0).counters();
        bed.quiet();
        final long entries = entries();
        final long taken = counters.get(CpuCounter.MESSAGES);
        final long switches = counters.get(CpuCounter.SWITCHES);
        final CpuThread[] self = new CpuThread[1];
        tell(td -> {
            self[0] = bed.cpu(0).curthread();
            for (int i = 0; i < 3; i++) {
                td.sendMsg(clientPort, td.initMsg(new Note(i), Port.none()));
            }
            for (int i = 0; i < 1000; i++) {
                final Msg<Ask> msg = td.initMsg(new Ask(i));
                td.doMsg(sync, msg, reply -> log.add(reply.error()));
                assertThat(msg.flags()).isEqualTo(Msg.DONE | Msg.REPLY | Msg.SYNC);
            }
        });
        assertThat(log).hasSize(1000).containsOnly(NetError.EAGAIN);
        assertThat(counters.get(CpuCounter.MESSAGES) - taken).isEqualTo(1 + 3);
        assertThat(counters.get(CpuCounter.SWITCHES) - switches).isLessThanOrEqualTo(1);
        assertThat(entries() - entries).isZero();
        assertThat(self[0].highWater()).isEqualTo(3);
    }

    @Test
    void I26_aMessageInFlightCannotBeSentAgain() {
        final Msg<Hold> msg = Msg.init(new Hold(1), clientPort);
        tell(td -> td.sendMsg(serverPort, msg));
        tell(td -> td.sendMsg(serverPort, msg));
        assertThat(bed.takePanics()).singleElement().asString().contains("in flight");
    }

    @Test
    void I30_aWaitingThreadIsNotMisledBySpuriousWakeUps() {
        final CpuThread[] self = new CpuThread[1];
        tell(td -> {
            self[0] = bed.cpu(0).curthread();
            td.doMsg(serverPort, td.initMsg(new Hold(1)), reply -> log.add(reply.result()));
        });
        bed.cpu(0).injectMsg(clientPort, Msg.init(new Note(2), Port.none()));
        for (int i = 0; i < 10; i++) {
            bed.cpu(0).inject(self[0]::schedule);
            bed.quiet();
        }
        assertThat(log).isEmpty();
        assertThat(client.received).isEmpty();
        bed.tell(serverPort, probe -> probe.held.get(0).reply(NetError.OK, "result"));
        assertThat(log).containsExactly("result");
        assertThat(client.received).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void I31_everyMessageIsQueuedHeldOrDone(final int seed) {
        final Random random = new Random(seed);
        final List<Msg<?>> all = new ArrayList<>();
        final Port<Probe.Cmd> middle = bed.spawn(2, Pri.KERN_DAEMON, td -> new Forwarder(td, serverPort));
        tell(td -> {
            for (int i = 0; i < 200; i++) {
                final Msg<? extends Probe.Cmd> msg = td.initMsg(random.nextBoolean() ? new Hold(i) : new Ask(i));
                all.add(msg.abortable());
                td.sendMsg(random.nextBoolean() ? middle : serverPort, msg);
                if (random.nextInt(4) == 0) {
                    td.abortMsg(msg);
                }
            }
        });
        final long done = all.stream().filter(Msg::isDone).count();
        assertThat(done + server.held.size()).isEqualTo(all.size());
        assertThat(client.replies).hasSize((int) done);
        assertThat(all).noneMatch(Msg::isQueued);
        bed.tell(serverPort, probe -> probe.held.forEach(msg -> msg.reply(NetError.OK)));
        assertThat(all).allMatch(Msg::isDone);
        assertThat(client.replies).doesNotHaveDuplicates().hasSameSizeAs(all);
    }

    private long entries() {
        return bed.machine().cpus().stream()
                .mapToLong(cpu -> cpu.counters().get(CpuCounter.ENTRIES))
                .sum();
    }

    private void tell(final Consumer<Td> function) {
        bed.tell(clientPort, probe -> function.accept(probe.self()));
    }
}
