package odonata.actors.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuThread;
import odonata.actors.cpu.LwktToken;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.cpu.ThreadState;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.lwkt.WaitQueue;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.actors.testing.Bed;
import odonata.actors.testing.Probe;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The programs of kernel threads. */
class ThreadProgramsTest {
    private final Bed bed = Bed.virtual(3).start();
    private final Cpu cpu = bed.cpu(0);
    private final List<Object> seen = new ArrayList<>();

    @AfterEach
    void close() {
        bed.close();
    }

    private void see(final Msg<?> reply) {
        seen.add(reply.error() == NetError.OK && reply.result() != null ? reply.result() : reply.error());
    }

    private <C> void send(final Port<C> to, final C command) {
        bed.tell(bed.probe(1), probe -> probe.self().sendMsg(to, probe.self().initMsg(command), this::see));
    }

    // A server and a client.

    sealed interface Counting {
        record Add(int n) implements Counting {}
    }

    static final class Counter extends LwktThread<Counting> {
        private int sum;

        Counter(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<Counting> handlers() {
            return Handlers.of(Counting.class).on(Counting.Add.class, this::onAdd);
        }

        private void onAdd(final Msg<Counting.Add> msg) {
            sum += msg.command().n();
            msg.reply(NetError.OK, sum);
        }
    }

    sealed interface Bank {
        record Transfer(int n) implements Bank {}
    }

    static final class Teller extends LwktThread<Bank> {
        private final Port<Counting> counter;

        Teller(final Td td, final Port<Counting> counter) {
            super(td);
            this.counter = counter;
        }

        @Override
        protected Handlers<Bank> handlers() {
            return Handlers.of(Bank.class).on(Bank.Transfer.class, this::onTransfer);
        }

        private void onTransfer(final Msg<Bank.Transfer> request) {
            final Msg<Counting.Add> msg =
                    td().initMsg(new Counting.Add(request.command().n()));
            td().doMsg(counter, msg, reply -> request.reply(reply.error(), reply.result()));
        }
    }

    private Port<Counting> counter() {
        Port<Counting> counter =
                cpu.spawn("counter", Pri.KERN_DAEMON, 0, ThreadClass.USER, LwktThread.behavior(Counter::new));
        return counter;
    }

    @Test
    void shouldCountForAClient() {
        final Port<Counting> counter = counter();
        final Port<Bank> teller = bed.spawn(1, Pri.KERN_DAEMON, td -> new Teller(td, counter));
        send(teller, new Bank.Transfer(3));
        send(teller, new Bank.Transfer(4));
        assertThat(seen).containsExactly(3, 7);
    }

    // A forwarder.

    static final class Forwarder extends LwktThread<Counting> {
        private final Port<Counting> next;

        Forwarder(final Td td, final Port<Counting> next) {
            super(td);
            this.next = next;
        }

        @Override
        protected Handlers<Counting> handlers() {
            return Handlers.of(Counting.class).on(Counting.class, msg -> msg.forward(next));
        }
    }

    @Test
    void shouldAnswerWhatIsPassedOn() {
        final Port<Counting> counter = counter();
        final Port<Counting> forwarder = bed.spawn(2, Pri.KERN_DAEMON, td -> new Forwarder(td, counter));
        send(forwarder, new Counting.Add(5));
        assertThat(seen).containsExactly(5);
    }

    // An abort.

    sealed interface DiskMsg {
        record Read(int block) implements DiskMsg {}
    }

    static final class Disk extends LwktThread<DiskMsg> {
        private final Set<Msg<?>> pending = new LinkedHashSet<>();

        Disk(final Td td) {
            super(td);
        }

        @Override
        protected Handlers<DiskMsg> handlers() {
            return Handlers.of(DiskMsg.class).on(DiskMsg.Read.class, pending::add);
        }

        @Override
        protected void onAbort(final Msg<DiskMsg> msg) {
            if (pending.remove(msg)) {
                msg.reply(NetError.EINTR);
            }
        }
    }

    final class Reader extends LwktThread<Counting> {
        Reader(final Td td, final Port<DiskMsg> disk) {
            super(td);
            td.after(1, () -> read(disk, 7));
        }

        private void read(final Port<DiskMsg> disk, final int block) {
            final Msg<DiskMsg.Read> msg = td().initMsg(new DiskMsg.Read(block)).abortable();
            td().sendMsg(disk, msg, reply -> see(reply));
            td().after(1_000_000, () -> td().abortMsg(msg));
        }

        @Override
        protected Handlers<Counting> handlers() {
            return Handlers.of(Counting.class).on(Counting.class, msg -> {});
        }
    }

    @Test
    void shouldEndAReadEarly() {
        final Port<DiskMsg> disk = bed.spawn(2, Pri.KERN_DAEMON, Disk::new);
        bed.<Counting>spawn(1, Pri.KERN_DAEMON, td -> new Reader(td, disk));
        bed.quiet();
        assertThat(seen).containsExactly(NetError.EINTR);
    }

    // A producer and a consumer.

    sealed interface Stock {
        record Put(int item) implements Stock {}
    }

    static final class Producer extends LwktThread<Stock> {
        private final ArrayDeque<Integer> items;
        private final WaitQueue notEmpty;

        Producer(final Td td, final ArrayDeque<Integer> items, final WaitQueue notEmpty) {
            super(td);
            this.items = items;
            this.notEmpty = notEmpty;
        }

        @Override
        protected Handlers<Stock> handlers() {
            return Handlers.of(Stock.class).on(Stock.Put.class, this::onPut);
        }

        private void onPut(final Msg<Stock.Put> put) {
            items.add(put.command().item());
            td().signal(notEmpty, 1);
            put.reply(NetError.OK);
        }
    }

    final class Consumer extends LwktThread<Stock> {
        private final ArrayDeque<Integer> items;
        private final WaitQueue notEmpty;

        Consumer(final Td td, final ArrayDeque<Integer> items, final WaitQueue notEmpty) {
            super(td);
            this.items = items;
            this.notEmpty = notEmpty;
            td.after(1, () -> consume(notEmpty.gen()));
        }

        private void consume(final long sampled) {
            if (items.isEmpty()) {
                td().block(notEmpty, "items", sampled, this::consume);
            } else {
                use(items.poll());
                consume(notEmpty.gen());
            }
        }

        private void use(final int item) {
            seen.add(item);
        }

        @Override
        protected Handlers<Stock> handlers() {
            return Handlers.of(Stock.class).on(Stock.class, msg -> {});
        }
    }

    @Test
    void shouldConsumeWhatIsProduced() {
        final ArrayDeque<Integer> items = new ArrayDeque<>();
        final WaitQueue notEmpty = WaitQueue.create(cpu);
        bed.<Stock>spawn(0, Pri.KERN_DAEMON, td -> new Consumer(td, items, notEmpty));
        final Port<Stock> producer = bed.spawn(0, Pri.KERN_DAEMON, td -> new Producer(td, items, notEmpty));
        send(producer, new Stock.Put(1));
        send(producer, new Stock.Put(2));
        assertThat(seen).containsExactly(1, NetError.OK, 2, NetError.OK);
    }

    // An interrupt thread.

    sealed interface Device {
        record Arrived(int frame) implements Device {}
    }

    static final class DeviceIntr extends LwktThread<Device> {
        private final List<Object> log;

        DeviceIntr(final Td td, final List<Object> log) {
            super(td);
            this.log = log;
        }

        @Override
        protected Handlers<Device> handlers() {
            return Handlers.of(Device.class).on(Device.Arrived.class, this::onArrived);
        }

        private void onArrived(final Msg<Device.Arrived> msg) {
            log.add("frame " + msg.command().frame());
            td().charge(2_000);
        }
    }

    @Test
    void shouldPreemptWhoeverRunsBelowIt() {
        final List<Object> log = seen;
        Port<Device> intr = cpu.spawn(
                "intr0",
                Pri.INT_MED,
                Port.INTR0,
                ThreadClass.INTERRUPT,
                LwktThread.behavior(td -> new DeviceIntr(td, log)));
        bed.tell(bed.probe(0), probe -> {
            log.add("begins");
            probe.self().sendMsg(intr, Msg.init(new Device.Arrived(1), Port.none()));
            log.add("goes on");
        });
        assertThat(log).containsExactly("begins", "frame 1", "goes on");
    }

    // A move, a token, a held structure.

    record Settled(int cpu) {}

    @Test
    void shouldSettleElsewhere() {
        bed.tell(bed.probe(0), probe -> settle(probe.self(), 2));
        assertThat(seen).containsExactly(2);
    }

    private void settle(final Td td, final int least) {
        final Port<Settled> parent = cpu.register(0, SyncPort.<Settled>putOnly(msg -> {
            seen.add(msg.command().cpu());
            return NetError.OK;
        }));
        td.setCpuSelf(least, () -> {
            td.sendMsg(parent, td.initMsg(new Settled(td.cpu())));
        });
    }

    @Test
    void shouldChangeATableUnderAToken() {
        final LwktToken routes = LwktToken.create("routes");
        final List<Object> table = seen;
        bed.tell(bed.probe(1), probe -> add(probe.self(), routes, table, "default"));
        assertThat(table).containsExactly("default");
    }

    private static void add(final Td td, final LwktToken routes, final List<Object> table, final String route) {
        td.getToken(routes, () -> {
            table.add(route);
            td.relToken(routes);
        });
    }

    @Test
    void shouldReadTheStructureOfOneThatHasEnded() {
        final Port<Probe.Cmd> worker = bed.probe(0);
        bed.quiet();
        bed.post(bed.probe(0), probe -> watch(probe.self(), worker));
        bed.conductor.at(
                bed.conductor.nowNs() + 500_000,
                () -> bed.post(worker, probe -> probe.self().exit()));
        bed.quiet();
        assertThat(seen).containsExactly("thread");
    }

    private void watch(final Td td, final Port<?> worker) {
        final CpuThread watched = td.hold(worker);
        td.after(1_000_000, () -> {
            if (watched.state().status() == ThreadState.Status.EXITED) {
                seen.add(watched.name());
            }
            td.rele(watched);
        });
    }
}
