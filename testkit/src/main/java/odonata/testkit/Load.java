package odonata.testkit;

import java.util.List;
import java.util.function.Supplier;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.port.SyncPort;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;

/**
 * Messages between all CPUs that the ledger can follow: on each CPU a caller, a server and a synchronous port, at the same
 * indices everywhere.
 *
 * @param ledger the books
 * @param rings told of the functions that are sent on rings
 * @param pauseNs mean pause of a caller between two acts
 */
public record Load(MessageLedger ledger, RingChecker rings, int pauseNs) {
    static final int SERVER = 40;
    static final int CALLER = 41;
    static final int SYNC_PORT = 42;

    /**
     * Puts the threads on a CPU, before its machine starts.
     *
     * @param targets CPUs to which its caller may send, asked again for each act
     */
    public void attach(final Cpu cpu, final Seed seed, final Supplier<List<Integer>> targets) {
        cpu.<LoadMsg>spawn(
                "server_" + cpu.id(),
                Pri.KERN_DAEMON,
                SERVER,
                ThreadClass.KERNEL,
                LwktThread.behavior(td -> new ServerThread(td, ledger, seed.split(1))));
        cpu.<LoadMsg>spawn(
                "caller_" + cpu.id(),
                Pri.USER_NORM,
                CALLER,
                ThreadClass.USER,
                LwktThread.behavior(td -> new CallerThread(td, this, seed.split(2), targets)));
        cpu.register(SYNC_PORT, SyncPort.<Call>putOnly(msg -> {
            ledger.taken(cpu, msg);
            ledger.released(msg.command());
            return NetError.OK;
        }));
    }

    /** Has the caller of a CPU act until {@code untilNs}. Any thread. */
    public void start(final Cpu cpu, final long untilNs) {
        tell(cpu, new LoadMsg.Start(untilNs));
    }

    /** Has the caller of a CPU flood all targets. Any thread. */
    public void flood(final Cpu cpu, final int perTarget) {
        tell(cpu, new LoadMsg.Flood(perTarget));
    }

    private static void tell(final Cpu cpu, final LoadMsg command) {
        cpu.injectMsg(new Port<LoadMsg>(cpu.id(), CALLER), Msg.init(command, Port.none()));
    }
}
