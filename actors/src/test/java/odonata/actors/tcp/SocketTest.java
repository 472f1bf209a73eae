package odonata.actors.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void shouldTalkOverTheLoopback(final int cpus) {
        final Conductor conductor = Conductor.create(CostModel.defaults());
        final TcpHost host = new TcpHost(conductor, 1, 0, cpus, "10.0.0.1", List.of());
        final TcpHost.Caller server = host.caller(0);
        final TcpHost.Caller client = host.caller(cpus - 1);
        final int listening = server.listen(80, 5);
        final int out = client.connect("10.0.0.1", 80);
        final int in = server.accept(listening);
        client.send(out, "hello");
        assertThat(server.recv(in, 100)).isEqualTo("hello");
        server.send(in, "world");
        assertThat(client.recv(out, 100)).isEqualTo("world");
        client.ok(new odonata.actors.socket.SockCall.Close(out));
        assertThat(server.recv(in, 100)).isEmpty();
        server.ok(new odonata.actors.socket.SockCall.Close(in));
        server.ok(new odonata.actors.socket.SockCall.Close(listening));
        conductor.runUntilQuiet(1_000_000);
        assertThat(host.connections()).isEmpty();
        assertThat(host.portsInUse()).isZero();
        assertThat(host.pendingCalls()).isZero();
        host.machine.close();
    }
}
