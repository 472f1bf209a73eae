package odonata.actors.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.CpuThread;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.PanicHandler;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.cpu.Uplink;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;

/** A machine to try things on, on either clock. Closing it fails when a CPU has panicked or a thread died and the test did not take note. */
public final class Bed implements AutoCloseable {
    private static final long MAX_STEPS = 5_000_000;
    private static final long LIMIT_S = 240;

    /** Panics that the test has not taken. */
    public final List<Throwable> panics = Collections.synchronizedList(new ArrayList<>());

    /** What threads died of that the test has not taken. */
    public final List<Throwable> deaths = Collections.synchronizedList(new ArrayList<>());

    /** Drives the CPUs; null on the wall clock. */
    public final Conductor conductor;

    /** The machines; most tests have one. */
    public final List<Machine> machines = new ArrayList<>();

    private final CpuSettings settings;

    private Bed(final Conductor conductor, final CpuSettings settings) {
        this.conductor = conductor;
        this.settings = settings;
    }

    /** One machine with CPUs 0..n-1 in virtual time. */
    public static Bed virtual(final int cpus) {
        return virtual(cpus, CpuSettings.defaults());
    }

    /** One machine with CPUs 0..n-1 in virtual time. */
    public static Bed virtual(final int cpus, final CpuSettings settings) {
        final Bed bed = new Bed(Conductor.create(CostModel.defaults()), settings);
        bed.addMachine(1, 0, cpus, Uplink.none());
        return bed;
    }

    /** One machine with CPUs 0..n-1 in virtual time, where things cost what the test says. */
    public static Bed virtual(final int cpus, final CostModel costs) {
        final Bed bed = new Bed(Conductor.create(costs), CpuSettings.defaults());
        bed.addMachine(1, 0, cpus, Uplink.none());
        return bed;
    }

    /** Machines are added by the test. */
    public static Bed virtualEmpty() {
        return new Bed(Conductor.create(CostModel.defaults()), CpuSettings.defaults());
    }

    /** One machine with CPUs 0..n-1 on carriers of their own. */
    public static Bed wall(final int cpus, final CpuSettings settings) {
        final Bed bed = new Bed(null, settings);
        bed.addMachine(1, 0, cpus, Uplink.none());
        return bed;
    }

    /** The defaults with other sizes of rings and other idle settings. */
    public static CpuSettings settings(final int ring, final int batch, final int spins, final int yields) {
        final CpuSettings d = CpuSettings.defaults();
        return new CpuSettings(
                ring,
                d.uplinkCapacity(),
                batch,
                d.throughput(),
                d.turn(),
                spins,
                yields,
                d.highwater(),
                d.inbox(),
                d.rollupBatch(),
                d.accounting(),
                d.ktr());
    }

    /** One more machine. */
    public Machine addMachine(final int member, final int firstCpu, final int cpus, final Uplink uplink) {
        final List<Integer> ids =
                IntStream.range(firstCpu, firstCpu + cpus).boxed().toList();
        final Machine machine = conductor == null
                ? Machine.onWallClock(member, ids, settings, new Defects())
                : Machine.inVirtualTime(conductor, member, ids, settings, new Defects());
        machine.connect(uplink);
        machines.add(machine);
        return machine;
    }

    /** The machine, when there is one. */
    public Machine machine() {
        return machines.get(0);
    }

    /** A CPU of any of the machines. */
    public Cpu cpu(final int id) {
        return machines.stream()
                .filter(machine -> machine.hosts(id))
                .findFirst()
                .orElseThrow()
                .cpu(id);
    }

    /** Starts all machines. */
    public Bed start() {
        machines.forEach(Machine::start);
        return this;
    }

    /** A probe on a CPU. */
    public Port<Probe.Cmd> probe(final int cpu) {
        return probe(cpu, Pri.KERN_DAEMON, probe -> {});
    }

    /** A probe on a CPU, given to the test when its thread first runs. */
    public Port<Probe.Cmd> probe(final int cpu, final int pri, final Consumer<Probe> created) {
        return spawn(cpu, pri, td -> {
            final Probe probe = new Probe(td);
            created.accept(probe);
            return probe;
        });
    }

    /** A thread on a CPU. */
    public <C> Port<C> spawn(
            final int cpu, final int pri, final Function<odonata.actors.lwkt.Td, ? extends LwktThread<C>> factory) {
        return cpu(cpu).spawn("thread", pri, 0, ThreadClass.KERNEL, LwktThread.behavior(factory));
    }

    /** Tells a probe to do something, and lets virtual time run until all is quiet. */
    public void tell(final Port<Probe.Cmd> probe, final Consumer<Probe> function) {
        post(probe, function);
        quiet();
    }

    /** Tells a probe to do something. */
    public void post(final Port<Probe.Cmd> probe, final Consumer<Probe> function) {
        cpu(probe.cpu()).injectMsg(probe, Msg.init(new Probe.Cmd.Do(function), Port.adone()));
    }

    /** Lets virtual time run until all is quiet. */
    public void quiet() {
        conductor.runUntilQuiet(MAX_STEPS);
    }

    /** The panics so far; the test takes note of them. */
    public List<Throwable> takePanics() {
        final List<Throwable> taken = List.copyOf(panics);
        panics.clear();
        return taken;
    }

    /** What threads died of so far; the test takes note of it. */
    public List<Throwable> takeDeaths() {
        final List<Throwable> taken = List.copyOf(deaths);
        deaths.clear();
        return taken;
    }

    /** The value, within a limit that only a broken run reaches; fails early when a CPU panics. */
    public static <T> T await(final CompletableFuture<T> future) {
        try {
            return future.get(LIMIT_S, TimeUnit.SECONDS);
        } catch (final Exception e) {
            throw new AssertionError("not there after " + LIMIT_S + " s", e);
        }
    }

    @Override
    public void close() {
        machines.forEach(Machine::close);
        if (!panics.isEmpty()) {
            throw new AssertionError("a CPU panicked", panics.get(0));
        }
        if (!deaths.isEmpty()) {
            throw new AssertionError("a thread died", deaths.get(0));
        }
    }

    private final class Defects implements PanicHandler {
        @Override
        public void panicked(final Cpu cpu, final Throwable cause) {
            panics.add(cause);
        }

        @Override
        public void threadDied(final CpuThread thread, final Throwable cause) {
            deaths.add(cause);
        }
    }
}
