package odonata.ssi.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import odonata.actors.caps.Caps;
import odonata.actors.caps.CapsCpu;
import odonata.actors.caps.CapsMsg;
import odonata.actors.caps.CapsPeers;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.CpuThread;
import odonata.actors.cpu.Machine;
import odonata.actors.cpu.PanicHandler;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Proc;
import odonata.actors.proc.Procs;
import odonata.actors.proc.Sys;
import odonata.actors.proc.SysCall;
import odonata.actors.proc.UschedCmd;
import odonata.actors.proc.UserTd;
import odonata.actors.usched.Bsd4;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import odonata.ssi.sim.SimNetwork;
import odonata.ssi.sim.SimSettings;
import odonata.ssi.sim.SimUplink;
import odonata.testkit.SeedRuns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Named services of three members of two CPUs each, used by processes of all of them (R56). */
class ClusterNamesTest {
    private static final int MEMBERS = 3;
    private static final int CPUS = 2;
    private static final Cred ALICE = Cred.of(1001, 100);

    private Conductor conductor = Conductor.create(CostModel.defaults());
    private final List<Throwable> failures = new ArrayList<>();
    private final List<Machine> machines = new ArrayList<>();
    private final List<Procs> procs = new ArrayList<>();
    private final List<SimUplink> uplinks = new ArrayList<>();
    private final Set<Integer> dead = new HashSet<>();

    /** Cut off from the others; they run on, and whatever happens there is seen by nobody. */
    private final Set<Integer> killed = new HashSet<>();

    private final Map<Proc, Integer> homes = new HashMap<>();
    private SimNetwork network;

    private void build(final Seed seed) {
        conductor = Conductor.create(CostModel.defaults());
        network = new SimNetwork(conductor, seed, SimSettings.rough());
        for (int member = 0; member < MEMBERS; member++) {
            final Machine machine =
                    Machine.inVirtualTime(conductor, member, cpusOf(member), CpuSettings.defaults(), new Defects());
            final SimUplink uplink = network.attach(machine);
            for (int other = 0; other < MEMBERS; other++) {
                if (other != member) {
                    uplink.addCpus(cpusOf(other));
                }
            }
            machine.connect(uplink);
            final Procs own = Procs.create(machine, Bsd4::new);
            CapsCpu.attach(own, new Peers(member));
            machines.add(machine);
            uplinks.add(uplink);
            procs.add(own);
        }
        machines.forEach(Machine::start);
    }

    private static List<Integer> cpusOf(final int member) {
        return IntStream.range(CPUS * member, CPUS * (member + 1)).boxed().toList();
    }

    private final class Defects implements PanicHandler {
        @Override
        public void panicked(final Cpu cpu, final Throwable cause) {
            if (!killed.contains(cpu.member())) {
                failures.add(cause);
            }
        }

        @Override
        public void threadDied(final CpuThread thread, final Throwable cause) {
            failures.add(cause);
        }
    }

    private final class Peers implements CapsPeers {
        private final int member;

        private Peers(final int member) {
            this.member = member;
        }

        @Override
        public List<Integer> doors() {
            return IntStream.range(0, MEMBERS)
                    .filter(other -> other != member && !dead.contains(other))
                    .map(other -> CPUS * other)
                    .boxed()
                    .toList();
        }

        @Override
        public boolean canTravel(final Object payload) {
            return payload instanceof String;
        }
    }

    /** The member is gone at once; the others learn of it a little later. */
    private void kill(final int member) {
        killed.add(member);
        network.detach(machines.get(member));
        conductor.at(conductor.nowNs() + 200_000, () -> {
            dead.add(member);
            for (int other = 0; other < MEMBERS; other++) {
                if (!dead.contains(other)) {
                    uplinks.get(other).removeCpus(cpusOf(member));
                    machines.get(other)
                            .cpus()
                            .forEach(cpu -> cpu.inject(() -> cpu.hostDown(Set.copyOf(cpusOf(member)))));
                }
            }
        });
    }

    private void clear() {
        machines.forEach(Machine::close);
        assertThat(failures).isEmpty();
        machines.clear();
        procs.clear();
        uplinks.clear();
        dead.clear();
        killed.clear();
        homes.clear();
    }

    @AfterEach
    void close() {
        clear();
    }

    private Proc exec(final int cpu, final Cred cred) {
        final Proc proc = TestProgram.exec(procs.get(cpu / CPUS).parts().get(cpu % CPUS), cred);
        homes.put(proc, cpu);
        return proc;
    }

    private void post(final Proc proc, final Consumer<UserTd> function) {
        final int cpu = homes.get(proc);
        TestProgram.post(proc, procs.get(cpu / CPUS).parts().get(cpu % CPUS), function);
    }

    private void settle() {
        conductor.runUntil(conductor.nowNs() + 20_000_000);
        assertThat(failures).isEmpty();
    }

    @Nested
    class OneAfterTheOther {
        private final List<Object> seen = new ArrayList<>();
        private Proc server;
        private Proc client;

        private Object call(final Proc proc, final SysCall<?> call) {
            final int before = seen.size();
            post(
                    proc,
                    td -> td.syscall(
                            call, (error, value) -> seen.add(error == NetError.OK && value != null ? value : error)));
            settle();
            return seen.size() == before ? "waits" : seen.get(before);
        }

        @Test
        void shouldFindAServiceOfAnotherMemberAndCarryRequestAndReply() {
            build(Seed.of(1));
            server = exec(5, Cred.ROOT);
            client = exec(1, ALICE);
            assertThat(call(client, new Caps.Client("clock", Caps.ANY, Caps.ANY)))
                    .isEqualTo(NetError.ENOENT);
            final int service = (int) call(server, new Caps.Service("clock", Caps.ANY, Caps.ANY));
            final int opened = (int) call(client, new Caps.Client("clock", Caps.ANY, Caps.ANY));
            final long id = (long) call(client, new Caps.Put(opened, "time?"));
            assertThat(call(server, new Caps.Wait(service)))
                    .isEqualTo(new CapsMsg(
                            id, CapsMsg.State.REQUEST, new CapsMsg.Sender(client.pid(), ALICE), NetError.OK, "time?"));
            assertThat(call(server, new Caps.Reply(service, id, 12)))
                    .as("cannot go there")
                    .isEqualTo(NetError.EINVAL);
            assertThat(call(server, new Caps.Reply(service, id, "noon"))).isEqualTo(NetError.OK);
            assertThat(call(client, new Caps.Wait(opened)))
                    .isEqualTo(new CapsMsg(
                            id, CapsMsg.State.REPLY, new CapsMsg.Sender(server.pid(), Cred.ROOT), NetError.OK, "noon"));
            assertThat(call(server, new Caps.Get(service)))
                    .isInstanceOfSatisfying(
                            CapsMsg.class, msg -> assertThat(msg.state()).isEqualTo(CapsMsg.State.DISPOSE));
            assertThat(call(client, new Caps.Put(opened, 12)))
                    .as("cannot go there")
                    .isEqualTo(NetError.EINVAL);
        }

        @Test
        void shouldPreferTheOwnMemberThenTheFirst() {
            build(Seed.of(2));
            final List<Proc> servers = List.of(exec(0, Cred.ROOT), exec(3, Cred.ROOT), exec(5, Cred.ROOT));
            final List<Integer> services = new ArrayList<>();
            for (final Proc each : servers) {
                services.add((int) call(each, new Caps.Service("name", Caps.ANY, Caps.ANY)));
            }
            for (int member = 0; member < MEMBERS; member++) {
                client = exec(CPUS * member, ALICE);
                call(
                        client,
                        new Caps.Put((int) call(client, new Caps.Client("name", Caps.ANY, Caps.ANY)), "" + member));
                assertThat(call(servers.get(member), new Caps.Get(services.get(member))))
                        .isInstanceOfSatisfying(
                                CapsMsg.class,
                                msg -> assertThat(msg.sender().pid()).isEqualTo(client.pid()));
            }
            call(servers.get(2), new Caps.Close(services.get(2)));
            client = exec(4, ALICE);
            call(client, new Caps.Put((int) call(client, new Caps.Client("name", Caps.ANY, Caps.ANY)), "other"));
            assertThat(call(servers.get(0), new Caps.Get(services.get(0))))
                    .isInstanceOfSatisfying(
                            CapsMsg.class, msg -> assertThat(msg.payload()).isEqualTo("other"));
        }

        @Test
        void I58_shouldTellTheClientOnceWhenTheMemberOfTheServiceEnds() {
            build(Seed.of(3));
            server = exec(3, Cred.ROOT);
            client = exec(0, ALICE);
            call(server, new Caps.Service("name", Caps.ANY, Caps.ANY));
            final int opened = (int) call(client, new Caps.Client("name", Caps.ANY, Caps.ANY));
            call(client, new Caps.Put(opened, "never answered"));
            kill(1);
            assertThat(call(client, new Caps.Wait(opened)))
                    .isInstanceOfSatisfying(
                            CapsMsg.class, msg -> assertThat(msg.error()).isEqualTo(NetError.ENOTCONN));
            assertThat(call(client, new Caps.Wait(opened))).isEqualTo(NetError.ENOTCONN);
            assertThat(call(client, new Caps.Put(opened, "x"))).isEqualTo(NetError.ENOTCONN);
            assertThat(call(client, new Caps.Client("name", Caps.ANY, Caps.ANY)))
                    .isEqualTo(NetError.ENOENT);
            server = exec(5, Cred.ROOT);
            call(server, new Caps.Service("name", Caps.ANY, Caps.ANY));
            assertThat(call(client, new Caps.Client("name", Caps.ANY, Caps.ANY)))
                    .isInstanceOf(Integer.class);
        }

        /** Nobody is left to say that it has taken its replies. */
        @Test
        void shouldDisposeOfWhatTheClientsOfADeadMemberLeave() {
            build(Seed.of(4));
            server = exec(3, Cred.ROOT);
            client = exec(0, ALICE);
            final int service = (int) call(server, new Caps.Service("name", Caps.ANY, Caps.ANY));
            final int opened = (int) call(client, new Caps.Client("name", Caps.ANY, Caps.ANY));
            final List<Long> ids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ids.add((long) call(client, new Caps.Put(opened, "request")));
            }
            call(server, new Caps.Wait(service));
            call(server, new Caps.Wait(service));
            call(server, new Caps.Reply(service, ids.get(0), "not taken"));
            kill(0);
            settle();
            call(server, new Caps.Reply(service, ids.get(1), "to nobody"));
            final List<Object> left = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                final CapsMsg msg = (CapsMsg) call(server, new Caps.Get(service));
                left.add(msg.state() + " " + ids.indexOf(msg.id()));
            }
            call(server, new Caps.Reply(service, ids.get(2), "to nobody"));
            left.add(((CapsMsg) call(server, new Caps.Get(service))).state() + " at last");
            assertThat(left).containsExactly("REQUEST 2", "DISPOSE 0", "DISPOSE 1", "DISPOSE at last");
            assertThat(call(server, new Caps.Get(service))).isEqualTo(NetError.EAGAIN);
        }

        @Test
        void shouldFollowAServiceThatGoesToAnotherCpu() {
            build(Seed.of(5));
            server = exec(2, Cred.ROOT);
            client = exec(0, Cred.ROOT);
            final int service = (int) call(server, new Caps.Service("name", Caps.ANY, Caps.ANY));
            final int opened = (int) call(client, new Caps.Client("name", Caps.ANY, Caps.ANY));
            assertThat(call(server, new Sys.UschedSet(new UschedCmd.SetCpu(3)))).isEqualTo(3);
            assertThat(call(client, new Sys.UschedSet(new UschedCmd.SetCpu(1)))).isEqualTo(1);
            final long id = (long) call(client, new Caps.Put(opened, "request"));
            assertThat(call(server, new Sys.UschedSet(new UschedCmd.SetCpu(2)))).isEqualTo(2);
            call(server, new Caps.Wait(service));
            call(server, new Caps.Reply(service, id, "reply"));
            assertThat(call(client, new Caps.Wait(opened)))
                    .isInstanceOfSatisfying(
                            CapsMsg.class, msg -> assertThat(msg.payload()).isEqualTo("reply"));
        }
    }

    /** Clients of all members ask a service; a member ends at a random moment. */
    @Nested
    @Tag("slow")
    class AtRandom {
        private static final int PUTS = 5;
        private static final int SPAN_NS = 2_000_000;

        private final Map<Long, Proc> asked = new TreeMap<>();
        private final Map<Long, NetError> replies = new TreeMap<>();
        private final Set<Long> requests = new HashSet<>();
        private final Set<Long> answered = new HashSet<>();
        private final Set<Long> disposed = new HashSet<>();
        private long real;
        private long lost;

        @Test
        void I58_eachRequestIsAnsweredOnceAndDisposedOfOnce() {
            new SeedRuns("ssi", ClusterNamesTest.class).each(1, 300, value -> run(Seed.of(value)));
            if (SeedRuns.asked().isEmpty()) {
                assertThat(real).isGreaterThan(300);
                assertThat(lost).isGreaterThan(100);
            }
        }

        private void run(final Seed seed) {
            asked.clear();
            replies.clear();
            requests.clear();
            answered.clear();
            disposed.clear();
            build(seed.split(0));
            final int serverCpu = seed.nextInt(MEMBERS * CPUS);
            final Proc server = exec(serverCpu, Cred.ROOT);
            post(
                    server,
                    td -> td.syscall(
                            new Caps.Service("name", Caps.ANY, Caps.ANY),
                            (error, service) -> serve(td, service, seed.split(1))));
            settle();
            final Map<Proc, Integer> clients = new HashMap<>();
            for (int cpu = 0; cpu < MEMBERS * CPUS; cpu++) {
                final Proc client = exec(cpu, ALICE);
                clients.put(client, cpu / CPUS);
                final Seed own = seed.split(10 + cpu);
                conductor.at(
                        conductor.nowNs() + own.nextInt(SPAN_NS),
                        () -> post(
                                client,
                                td -> td.syscall(new Caps.Client("name", Caps.ANY, Caps.ANY), (error, opened) -> {
                                    if (error == NetError.OK) {
                                        ask(td, client, opened, own, PUTS);
                                    }
                                })));
            }
            final int victim = seed.nextInt(MEMBERS);
            conductor.at(conductor.nowNs() + SPAN_NS / 4 + seed.nextInt(SPAN_NS), () -> kill(victim));
            conductor.runUntil(conductor.nowNs() + 60_000_000);
            assertThat(failures).isEmpty();
            asked.forEach((id, client) -> {
                if (clients.get(client) != victim) {
                    assertThat(replies).as("reply to %s of %s", id, client).containsKey(id);
                    real += replies.get(id) == NetError.OK ? 1 : 0;
                    lost += replies.get(id) == NetError.OK ? 0 : 1;
                    assertThat(replies.get(id) == NetError.OK || serverCpu / CPUS == victim)
                            .isTrue();
                }
            });
            if (serverCpu / CPUS != victim) {
                assertThat(answered).isEqualTo(requests);
                final Set<Long> before = Set.copyOf(answered);
                wake(serverCpu);
                assertThat(disposed).isEqualTo(before);
            }
            clear();
        }

        /** A DISPOSE wakes nobody: the service meets it with its next request. */
        private void wake(final int serverCpu) {
            final Proc last = exec(serverCpu, ALICE);
            post(
                    last,
                    td -> td.syscall(
                            new Caps.Client("name", Caps.ANY, Caps.ANY),
                            (error, opened) -> td.syscall(new Caps.Put(opened, "last"), (put, id) -> {})));
            settle();
        }

        private void ask(final UserTd td, final Proc client, final int opened, final Seed seed, final int left) {
            if (left == 0) {
                take(td, client, opened);
                return;
            }
            td.run(
                    1 + seed.nextInt(SPAN_NS / PUTS),
                    () -> td.syscall(new Caps.Put(opened, "question"), (error, id) -> {
                        if (error == NetError.OK) {
                            assertThat(asked.put(id, client)).isNull();
                            ask(td, client, opened, seed, left - 1);
                        } else {
                            take(td, client, opened);
                        }
                    }));
        }

        private void take(final UserTd td, final Proc client, final int opened) {
            td.syscall(new Caps.Wait(opened), (error, reply) -> {
                if (error == NetError.OK) {
                    assertThat(asked.get(reply.id())).isSameAs(client);
                    assertThat(replies.put(reply.id(), reply.error()))
                            .as("second reply")
                            .isNull();
                    take(td, client, opened);
                }
            });
        }

        /** Answers at once or after a while; looks at each message once. */
        private void serve(final UserTd td, final int service, final Seed seed) {
            td.syscall(new Caps.Wait(service), (error, msg) -> {
                if (error != NetError.OK) {
                    return;
                }
                if (msg.state() == CapsMsg.State.DISPOSE) {
                    assertThat(disposed.add(msg.id())).as("disposed of twice").isTrue();
                    serve(td, service, seed);
                } else {
                    assertThat(requests.add(msg.id())).isTrue();
                    td.run(
                            1 + seed.nextInt(200_000),
                            () -> td.syscall(new Caps.Reply(service, msg.id(), "answer"), (replied, nothing) -> {
                                answered.add(msg.id());
                                serve(td, service, seed);
                            }));
                }
            });
        }
    }
}
