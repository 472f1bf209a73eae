package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Machine;
import odonata.actors.net.Netstack;
import odonata.actors.netisr.NetCounter;
import odonata.actors.netisr.NetSettings;
import odonata.actors.netisr.PartitionEvents;
import odonata.actors.socket.SockAddr;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockFiles;
import odonata.actors.testing.Bed;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.BucketMap;
import odonata.protocol.ip.Ipv4Address;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** CPUs on carriers of their own: sockets that are made, moved and used by real threads at once. */
@Tag("slow")
class WallClockTest {
    private static final int CPUS = 3;
    private static final int BYTES = 400_000;

    private final Bed bed = Bed.wall(CPUS, Bed.settings(64, 16, 1, 1));
    private final List<Netstack> stacks = new ArrayList<>();
    private String me;

    @BeforeEach
    void start() {
        final Machine machine = bed.machine();
        final NetSettings settings = NetSettings.defaults();
        me = Ipv4Address.format(settings.address());
        for (final Cpu cpu : machine.cpus()) {
            stacks.add(Netstack.attach(cpu, settings, List.of(), PartitionEvents.none()));
        }
        bed.start();
        apply(1);
    }

    /** Buckets go round the CPUs, shifted by {@code version}. */
    private void apply(final int version) {
        final int[] owners = new int[BucketMap.BUCKETS];
        final int[] froms = new int[BucketMap.BUCKETS];
        for (int b = 0; b < owners.length; b++) {
            owners[b] = (b + version) % CPUS;
            froms[b] = version == 1 ? BucketMap.NONE : (b + version - 1) % CPUS;
        }
        final BucketMap map = new BucketMap(version, new int[] {0, 1, 2}, owners, froms);
        stacks.forEach(stack -> stack.apply(map));
    }

    @AfterEach
    void close() {
        bed.close();
    }

    /** Somebody on a CPU with descriptors of his own; all of it runs on that CPU's carrier. */
    private final class User {
        private final int cpu;
        private final SockFiles files = new SockFiles();
        private final CompletableFuture<Integer> done = new CompletableFuture<>();

        User(final int cpu) {
            this.cpu = cpu;
        }

        <R> void call(final SockCall<R> call, final BiConsumer<NetError, R> then) {
            stacks.get(cpu).sockets().call(files, call, then);
        }

        <R> void ok(final SockCall<R> call, final java.util.function.Consumer<R> then) {
            call(call, (error, value) -> {
                if (error == NetError.OK) {
                    then.accept(value);
                } else {
                    done.completeExceptionally(new AssertionError(call + ": " + error));
                }
            });
        }

        User run(final Runnable function) {
            bed.cpu(cpu).inject(function);
            return this;
        }

        void serve(final CompletableFuture<Void> listening) {
            ok(
                    SockCall.Socket.tcp(),
                    fd -> ok(
                            new SockCall.Bind(fd, SockAddr.any(80)),
                            n -> ok(new SockCall.Listen(fd, 100), n2 -> {
                                listening.complete(null);
                                accept(fd);
                            })));
        }

        private void accept(final int listener) {
            ok(new SockCall.Accept(listener), accepted -> {
                echo(accepted.fd());
                accept(listener);
            });
        }

        private void echo(final int fd) {
            ok(SockCall.Recv.of(fd, 5_000), bytes -> {
                if (bytes.length == 0) {
                    ok(new SockCall.Close(fd), n -> {});
                } else {
                    ok(SockCall.Send.of(fd, bytes), n -> echo(fd));
                }
            });
        }

        void talk() {
            final byte[] bytes = new byte[BYTES];
            for (int i = 0; i < BYTES; i++) {
                bytes[i] = (byte) (i * 7 + i / 251);
            }
            ok(
                    SockCall.Socket.tcp(),
                    fd -> ok(new SockCall.Connect(fd, SockAddr.of(me, 80)), n -> {
                        ok(
                                new SockCall.Send(fd, bytes, 0, BYTES, Set.of()),
                                sent -> ok(new SockCall.Shutdown(fd, SockCall.How.SHUT_WR), n2 -> {}));
                        read(fd, bytes, 0);
                    }));
        }

        private void read(final int fd, final byte[] sent, final int at) {
            ok(SockCall.Recv.of(fd, 5_000), bytes -> {
                for (int i = 0; i < bytes.length; i++) {
                    if (bytes[i] != sent[at + i]) {
                        done.completeExceptionally(new AssertionError("byte " + (at + i)));
                        return;
                    }
                }
                if (bytes.length == 0) {
                    done.complete(at);
                } else {
                    read(fd, sent, at + bytes.length);
                }
            });
        }
    }

    private void exchange(final Runnable meanwhile) {
        final CompletableFuture<Void> listening = new CompletableFuture<>();
        final User server = new User(0);
        server.run(() -> server.serve(listening));
        Bed.await(listening);
        final List<User> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            final User client = new User(i % CPUS);
            clients.add(client.run(client::talk));
        }
        meanwhile.run();
        clients.forEach(client -> assertThat(Bed.await(client.done)).isEqualTo(BYTES));
        assertThat(server.done).isNotDone();
    }

    @Test
    void shouldEchoForAllAtOnce() {
        exchange(() -> {});
    }

    @RepeatedTest(5)
    void shouldEchoForAllAtOnceWhileAllBucketsMove() {
        exchange(() -> apply(2));
        assertThat(stacks.stream().mapToLong(stack -> stack.counters().get(NetCounter.TCP_LOST)))
                .containsOnly(0L);
    }
}
