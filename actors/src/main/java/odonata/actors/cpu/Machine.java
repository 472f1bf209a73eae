package odonata.actors.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import odonata.actors.crossbar.Crossbar;
import odonata.protocol.errno.Kassert;

/** The CPUs of one member, with a ring between every ordered pair of them. */
public final class Machine implements AutoCloseable {
    private static final int NOT_HERE = -1;

    private final int member;
    private final List<Cpu> cpus = new ArrayList<>();
    private final int firstId;
    private final int[] slots;
    private final SleepQueue.Masks sleepMasks;
    private volatile Uplink uplink = Uplink.none();
    private volatile boolean closing;

    Machine(
            final int member,
            final List<Integer> cpuIds,
            final CpuSettings settings,
            final PanicHandler panic,
            final CpuDriver.Factory drivers) {
        this.member = member;
        final TreeSet<Integer> ids = new TreeSet<>(cpuIds);
        if (ids.isEmpty() || ids.size() != cpuIds.size() || ids.first() < 0) {
            throw new IllegalArgumentException("CPU ids " + cpuIds + ": give at least one, each once, none negative");
        }
        firstId = ids.first();
        slots = new int[ids.last() - firstId + 1];
        Arrays.fill(slots, NOT_HERE);
        sleepMasks = new SleepQueue.Masks(ids.size());
        final Crossbar[] ends = new Crossbar[ids.size()];
        int slot = 0;
        for (final int id : ids) {
            slots[id - firstId] = slot;
            cpus.add(new Cpu(id, slot++, this, ends, drivers, settings, panic));
        }
    }

    /** CPUs on carrier threads of their own. Threads may be spawned on them by the caller until {@link #start}. */
    public static Machine onWallClock(
            final int member, final List<Integer> cpuIds, final CpuSettings settings, final PanicHandler panic) {
        return new Machine(member, cpuIds, settings, panic, WallDriver::new);
    }

    /** CPUs that a conductor drives; ids must differ from those of its other machines. */
    public static Machine inVirtualTime(
            final Conductor conductor,
            final int member,
            final List<Integer> cpuIds,
            final CpuSettings settings,
            final PanicHandler panic) {
        return new Machine(member, cpuIds, settings, panic, conductor::driverOf);
    }

    /** The way to other members; before {@link #start}. */
    public void connect(final Uplink newUplink) {
        uplink = newUplink;
    }

    /** Member id. Any thread, as all that follow. */
    public int member() {
        return member;
    }

    /** The CPUs in ascending order. */
    public List<Cpu> cpus() {
        return List.copyOf(cpus);
    }

    /** True when the CPU is one of this machine. */
    public boolean hosts(final int cpu) {
        final int index = cpu - firstId;
        return index >= 0 && index < slots.length && slots[index] != NOT_HERE;
    }

    /** True when a CPU of another machine can be reached, as far as is known. */
    public boolean reaches(final int cpu) {
        return uplink.reaches(cpu);
    }

    /** A CPU of this machine. */
    public Cpu cpu(final int id) {
        return cpus.get(slotOf(id));
    }

    /** Starts the CPUs. */
    public void start() {
        cpus.forEach(cpu -> cpu.driver().start());
    }

    /** Stops the CPUs; returns when none of them runs any more. Not to be called on a carrier. */
    @Override
    public void close() {
        if (!closing) {
            closing = true;
            cpus.forEach(cpu -> cpu.driver().stop());
        }
    }

    /** Number of CPUs. */
    int size() {
        return cpus.size();
    }

    /** The CPU at a position. */
    Cpu cpuAt(final int slot) {
        return cpus.get(slot);
    }

    SleepQueue.Masks sleepMasks() {
        return sleepMasks;
    }

    /** The CPUs in ascending order from one of them on, then those before it. */
    List<Cpu> cpusFrom(final int id) {
        final int slot = slotOf(id);
        final List<Cpu> ordered = new ArrayList<>(cpus.subList(slot, cpus.size()));
        ordered.addAll(cpus.subList(0, slot));
        return ordered;
    }

    /** Position of a CPU in this machine. */
    int slotOf(final int cpu) {
        Kassert.check(hosts(cpu), "CPU %d is not one of member %d", cpu, member);
        return slots[cpu - firstId];
    }

    Uplink uplink() {
        return uplink;
    }

    boolean isClosing() {
        return closing;
    }
}
