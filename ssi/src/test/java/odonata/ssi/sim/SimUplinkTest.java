package odonata.ssi.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.ThreadClass;
import odonata.actors.lwkt.Handlers;
import odonata.actors.lwkt.LwktThread;
import odonata.actors.lwkt.Pri;
import odonata.actors.lwkt.Td;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Port;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two members of two CPUs with hardly any credit. */
class SimUplinkTest {
    private static final int MESSAGES = 50;
    private static final int NO_PORT = 4711;

    private final Conductor conductor = Conductor.create(CostModel.defaults());
    private final List<Throwable> panics = new ArrayList<>();
    private final List<NetError> errors = new ArrayList<>();

    /** Sends to a port that does not exist on every CPU of the other member. */
    private final class Client extends LwktThread<NetMsg> {
        Client(final Td td, final List<Integer> others) {
            super(td);
            td.after(1, () -> {
                for (int i = 0; i < MESSAGES; i++) {
                    for (final int other : others) {
                        td.sendMsg(
                                new Port<NetMsg>(other, NO_PORT),
                                td.initMsg((NetMsg) NetMsg.ServiceSync.INSTANCE),
                                reply -> errors.add(reply.error()));
                    }
                }
            });
        }

        @Override
        protected Handlers<NetMsg> handlers() {
            return Handlers.of(NetMsg.class).on(NetMsg.class, msg -> {});
        }
    }

    private Machine member(
            final SimNetwork network, final int member, final List<Integer> cpus, final List<Integer> others) {
        final Machine machine = Machine.inVirtualTime(
                conductor, member, cpus, CpuSettings.defaults(), (who, cause) -> panics.add(cause));
        final SimUplink uplink = network.attach(machine);
        uplink.addCpus(others);
        machine.connect(uplink);
        for (final Cpu cpu : machine.cpus()) {
            cpu.spawn(
                    "client", Pri.KERN_DAEMON, 0, ThreadClass.USER, LwktThread.behavior(td -> new Client(td, others)));
        }
        return machine;
    }

    /** Each CPU refuses what others send from within the execution of their entries, while it waits for credit itself. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 8})
    void shouldNotDeadlockWhenAllAnswerWhileAllWaitForCredit(final int window) {
        final SimSettings settings = new SimSettings(1000, 0, 0, 0, 1000, 1000, 1000, 5000, window);
        final SimNetwork network = new SimNetwork(conductor, Seed.of(1), settings);
        final List<Machine> members = List.of(
                member(network, 1, List.of(0, 1), List.of(2, 3)), member(network, 2, List.of(2, 3), List.of(0, 1)));
        members.forEach(Machine::start);
        conductor.runUntil(100_000_000);
        members.forEach(Machine::close);
        assertThat(panics).isEmpty();
        assertThat(errors).hasSize(8 * MESSAGES).containsOnly(NetError.ESRCH);
        assertThat(network.stalls()).isPositive();
    }
}
