package odonata.actors.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Test;

/** The kinds of ports without a thread. */
class SyncPortTest {
    private final Msg<String> msg = Msg.init("command", Port.none());
    private final List<Msg<?>> log = new ArrayList<>();

    @Test
    void shouldServePutsAndRefuseRepliesWhenPutOnly() {
        final SyncPort<String> port = SyncPort.putOnly(got -> log.add(got) ? NetError.EAGAIN : NetError.OK);
        assertThat(port.put(msg)).isEqualTo(NetError.EAGAIN);
        assertThat(log).containsExactly(msg);
        assertThatThrownBy(() -> port.reply(msg))
                .isInstanceOf(KernelPanic.class)
                .hasMessageContaining("put-only");
    }

    @Test
    void shouldServeRepliesAndRefusePutsWhenReplyOnly() {
        final SyncPort<String> port = SyncPort.replyOnly(log::add);
        port.reply(msg);
        assertThat(log).containsExactly(msg);
        assertThatThrownBy(() -> port.put(msg)).isInstanceOf(KernelPanic.class).hasMessageContaining("reply-only");
    }

    @Test
    void shouldRefuseEverythingWhenPanic() {
        final SyncPort<String> port = SyncPort.panic();
        assertThatThrownBy(() -> port.put(msg)).isInstanceOf(KernelPanic.class).hasMessageContaining("panic port");
        assertThatThrownBy(() -> port.reply(msg))
                .isInstanceOf(KernelPanic.class)
                .hasMessageContaining("panic port");
    }
}
