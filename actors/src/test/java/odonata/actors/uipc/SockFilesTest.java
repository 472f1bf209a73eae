package odonata.actors.uipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import odonata.actors.cpu.Conductor;
import odonata.actors.cpu.CostModel;
import odonata.actors.cpu.CpuSettings;
import odonata.actors.cpu.Machine;
import odonata.actors.socket.SockCall;
import odonata.actors.socket.SockFile;
import odonata.actors.socket.SockFiles;
import odonata.actors.tcp.TcpSocket;
import odonata.protocol.clock.Seed;
import odonata.protocol.tcp.machine.TcpSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SockFilesTest {
    private final Machine machine = Machine.inVirtualTime(
            Conductor.create(CostModel.defaults()), 1, List.of(0), CpuSettings.defaults(), (cpu, cause) -> {});
    private final Requests requests = new Requests(machine.cpu(0));
    private final SockFiles files = new SockFiles();

    @AfterEach
    void close() {
        machine.close();
    }

    private SockFile file() {
        return new TcpFile(requests, new TcpSocket(0, new TcpSettings()));
    }

    @Test
    void shouldGiveTheLowestDescriptorThatIsFree() {
        final Seed seed = Seed.of(1);
        final TreeMap<Integer, SockFile> model = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            if (seed.chance(0.55)) {
                final SockFile file = file();
                int lowest = 0;
                while (model.containsKey(lowest)) {
                    lowest++;
                }
                assertThat(files.add(file)).isEqualTo(lowest);
                model.put(lowest, file);
            } else {
                final int fd = seed.nextInt(1_500) - 5;
                final SockFile expected = model.remove(fd);
                assertThat(files.remove(fd).map(removed -> removed == expected))
                        .isNotEqualTo(java.util.Optional.of(false));
            }
            assertThat(files.size()).isEqualTo(model.size());
        }
        model.forEach((fd, file) -> assertThat(files.get(fd)).containsSame(file));
        assertThat(files.removeAll()).containsExactlyElementsOf(model.values());
        assertThat(files.isFull()).isTrue();
        assertThat(files.get(0)).isEmpty();
    }

    @Test
    void shouldBeFullWithAsManyAsThereMayBe() {
        final SockFile file = file();
        for (int fd = 0; fd < SockCall.MOST_OPEN; fd++) {
            assertThat(files.isFull()).isFalse();
            assertThat(files.add(file)).isEqualTo(fd);
        }
        assertThat(files.isFull()).isTrue();
        files.remove(777);
        assertThat(files.isFull()).isFalse();
        assertThat(files.add(file)).isEqualTo(777);
    }
}
