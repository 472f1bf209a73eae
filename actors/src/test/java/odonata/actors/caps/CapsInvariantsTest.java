package odonata.actors.caps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import odonata.actors.caps.CapsMsg.State;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Proc;
import odonata.actors.testing.Seeds;
import odonata.actors.testing.UserBed;
import odonata.actors.testing.UserProbe;
import odonata.protocol.clock.Seed;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients on three CPUs ask a service that answers some, forgets others, and goes at some point in one of three ways. */
@Tag("slow")
class CapsInvariantsTest {
    private static final int CPUS = 3;
    private static final int SEEDS = 1_000;
    private static final int PUTS = 4;
    private static final int SPAN_NS = 20_000;

    private UserBed bed;
    private final List<Proc> clients = new ArrayList<>();
    private final Map<Long, Integer> askedBy = new HashMap<>();
    private final Map<Long, CapsMsg> replies = new HashMap<>();
    private final Set<Long> refused = new HashSet<>();
    private final Set<Long> answered = new HashSet<>();
    private int alive;
    private int dead;
    private int disposed;

    @Test
    void I58_I59_eachRequestIsAnsweredOnceAndItsSenderIsTrue() {
        Seeds.of(CapsInvariantsTest.class).each(SEEDS, value -> {
            bed = UserBed.of(CPUS);
            try (UserBed closed = bed) {
                askAndServe(Seed.of(value));
                assertThat(closed.bed.panics).isEmpty();
            }
        });
        if (Seeds.areAll()) {
            assertThat(alive).isGreaterThan(SEEDS);
            assertThat(dead).isGreaterThan(SEEDS);
            assertThat(disposed).isGreaterThan(100);
        }
    }

    private void askAndServe(final Seed seed) {
        clients.clear();
        askedBy.clear();
        replies.clear();
        answered.clear();
        refused.clear();
        for (int cpu = 0; cpu < CPUS; cpu++) {
            clients.add(bed.exec(cpu, Cred.of(1000 + cpu, 100 + cpu)));
        }
        final Proc server = bed.exec(seed.nextInt(CPUS), Cred.ROOT);
        bed.tell(server, probe -> probe.self()
                .syscall(
                        new Caps.Service("service", Caps.ANY, Caps.ANY),
                        (error, service) -> serve(probe, service, seed.split(1), seed.nextInt(3 * PUTS))));
        for (final Proc client : clients) {
            final long at = bed.bed.conductor.nowNs() + seed.nextInt(SPAN_NS);
            final Seed own = seed.split(client.pid());
            bed.bed.conductor.at(
                    at,
                    () -> bed.post(client, probe -> probe.self()
                            .syscall(new Caps.Client("service", Caps.ANY, Caps.ANY), (error, endpoint) -> {
                                if (error == NetError.OK) {
                                    ask(probe, client, endpoint, own, PUTS);
                                }
                            })));
        }
        bed.bed.quiet();
        bed.bed.takeDeaths().forEach(death -> assertThat(death).hasMessage("a defect"));
        bed.tell(server, probe -> probe.self().exit());
        bed.bed.quiet();
        assertThat(replies.keySet()).isEqualTo(askedBy.keySet());
        replies.forEach((id, reply) -> {
            final boolean real = reply.error() == NetError.OK;
            assertThat(real).as("%s", reply).isEqualTo(answered.contains(id));
            alive += real ? 1 : 0;
            dead += real ? 0 : 1;
        });
        clients.forEach(client -> assertThat(client.isAlive()).isTrue());
    }

    private void ask(final UserProbe probe, final Proc client, final int endpoint, final Seed seed, final int left) {
        if (left == 0) {
            take(probe, endpoint);
            return;
        }
        final Runnable put = () -> probe.self().syscall(new Caps.Put(endpoint, "I am root"), (error, id) -> {
            if (error == NetError.OK) {
                assertThat(askedBy.put(id, client.pid())).isNull();
            }
            ask(probe, client, endpoint, seed, left - 1);
        });
        if (seed.chance(0.5)) {
            probe.self().run(seed.nextInt(SPAN_NS), put);
        } else {
            put.run();
        }
    }

    /** Takes replies until the last; then nothing more may come. */
    private void take(final UserProbe probe, final int endpoint) {
        final long mine =
                askedBy.values().stream().filter(pid -> pid == pidOf(probe)).count();
        final long got = replies.keySet().stream()
                .filter(id -> askedBy.get(id) == pidOf(probe))
                .count();
        if (got < mine) {
            probe.self().syscall(new Caps.Wait(endpoint), (error, reply) -> {
                assertThat(error).isEqualTo(NetError.OK);
                assertThat(reply.state()).isEqualTo(State.REPLY);
                assertThat(replies.put(reply.id(), reply)).as("second reply").isNull();
                take(probe, endpoint);
            });
        } else {
            probe.self().syscall(new Caps.Get(endpoint), (error, reply) -> {
                assertThat(error).as("%s", reply).isIn(NetError.EAGAIN, NetError.ENOTCONN);
                probe.self().syscall(new Caps.Close(endpoint), (closed, nothing) -> {});
            });
        }
    }

    private int pidOf(final UserProbe probe) {
        return clients.stream()
                .filter(client -> client.port().equals(probe.self().port()))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private void serve(final UserProbe probe, final int service, final Seed seed, final int left) {
        if (left == 0) {
            go(probe, service, seed);
            return;
        }
        probe.self().syscall(new Caps.Wait(service), (error, msg) -> {
            if (msg.state() == State.DISPOSE) {
                disposed++;
                serve(probe, service, seed, left);
                return;
            }
            final Proc client = clients.get(msg.sender().cred().uid() - 1000);
            assertThat(msg.sender()).isEqualTo(new CapsMsg.Sender(client.pid(), client.cred()));
            if (seed.chance(0.6)) {
                probe.self().syscall(new Caps.Reply(service, msg.id(), "yes"), (replied, nothing) -> {
                    answered.add(msg.id());
                    serve(probe, service, seed, left - 1);
                });
            } else {
                refused.add(msg.id());
                probe.self().run(seed.nextInt(SPAN_NS), () -> serve(probe, service, seed, left - 1));
            }
        });
    }

    private void go(final UserProbe probe, final int service, final Seed seed) {
        switch (seed.nextInt(3)) {
            case 0 -> probe.self().exit();
            case 1 -> throw new IllegalStateException("a defect");
            default ->
                probe.self().syscall(new Caps.Close(service), (error, nothing) -> {
                    for (final long id : refused) {
                        probe.self()
                                .sendMsg(
                                        probe.self().sysPort(),
                                        probe.self().initMsg(new Caps.Reply(service, id, "late")),
                                        late -> assertThat(late.error()).isEqualTo(NetError.ENOTCONN));
                    }
                    refused.clear();
                });
        }
    }
}
