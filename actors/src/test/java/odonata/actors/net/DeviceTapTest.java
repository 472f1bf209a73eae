package odonata.actors.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import odonata.actors.netisr.DeviceTap;
import odonata.actors.nic.NicLine;
import odonata.actors.nic.Packets;
import odonata.protocol.ip.Ipv4Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a tap at the devices sees: every packet once, at the CPU that has the device, in both directions. */
class DeviceTapTest {
    private final StackWorld world = StackWorld.of(2, 0).spread();
    private final List<byte[]> seen = new ArrayList<>();
    private final List<String> devices = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private final DeviceTap tap = (device, mbuf, unsummed, nowNs) -> {
        seen.add(Arrays.copyOfRange(mbuf.data(), mbuf.offset(), mbuf.offset() + mbuf.length()));
        devices.add(device);
        times.add(nowNs);
        assertThat(unsummed).isFalse();
    };

    @AfterEach
    void close() {
        world.close();
    }

    private void tapAll() {
        world.stacks.forEach(stack -> stack.tapDevices(tap));
        world.run();
    }

    private void echo(final int clients) {
        for (int sport = 4000; sport < 4000 + clients; sport++) {
            world.send(Packets.udp("10.9.9.9", sport, StackWorld.CLUSTER, 7, new byte[] {1, 2, 3}));
        }
        world.run();
    }

    private long from(final String address) {
        return seen.stream()
                .filter(p -> odonata.protocol.ip.Ipv4Address.format(
                                new Ipv4Header().wrap(p, 0, p.length).src())
                        .equals(address))
                .count();
    }

    @Test
    void shouldSeeEveryPacketOnceInBothDirectionsWhicheverCpuServesIt() {
        tapAll();
        echo(20);
        assertThat(world.answers).hasSize(20);
        assertThat(from("10.9.9.9")).isEqualTo(20);
        assertThat(from(StackWorld.CLUSTER)).isEqualTo(20);
        assertThat(devices).containsOnly("link5");
        assertThat(times).isSorted();
    }

    @Test
    void shouldSeeNothingMoreAfterwardsWhileAnotherGoesOn() {
        final List<String> other = new ArrayList<>();
        tapAll();
        world.stacks.forEach(stack -> stack.tapDevices((device, mbuf, unsummed, nowNs) -> other.add(device)));
        final List<CompletableFuture<Void>> ends =
                world.stacks.stream().map(stack -> stack.untapDevices(tap)).toList();
        world.run();
        assertThat(ends).allMatch(CompletableFuture::isDone);
        echo(3);
        assertThat(seen).isEmpty();
        assertThat(other).hasSize(6);
    }

    @Test
    void shouldListDevicesWithTheirCounts() {
        echo(3);
        final CompletableFuture<List<NicLine>> lines = world.stacks.get(0).devices();
        final CompletableFuture<List<NicLine>> none = world.stacks.get(1).devices();
        world.run();
        assertThat(lines.join()).singleElement().satisfies(line -> {
            assertThat(line.name()).isEqualTo("link5");
            assertThat(line.ifIndex()).isEqualTo(StackWorld.DEVICE);
            assertThat(line.counters().ipackets()).isEqualTo(3);
            assertThat(line.counters().opackets()).isEqualTo(3);
        });
        assertThat(none.join()).isEmpty();
    }
}
