package odonata.actors.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import odonata.protocol.errno.KernelPanic;
import odonata.protocol.errno.NetError;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MsgTest {
    private static final Port<String> TARGET = new Port<>(1, 70);
    private static final Port<String> REPLY = new Port<>(0, 71);

    private final Msg<String> msg = Msg.init("command", REPLY);

    @Test
    void shouldBeDoneBeforeFirstSend() {
        assertThat(msg.isDone()).isTrue();
        assertThat(msg.isReply()).isFalse();
        assertThat(msg.isQueued()).isFalse();
        assertThat(msg.error()).isEqualTo(NetError.OK);
    }

    @Nested
    class InFlight {
        InFlight() {
            MsgState.beginSend(msg, TARGET, false);
        }

        @Test
        void shouldNotBeDone() {
            assertThat(msg.isDone()).isFalse();
            assertThat(msg.target()).isEqualTo(TARGET);
        }

        @Test
        void shouldRefuseSecondSend() {
            assertThatThrownBy(() -> MsgState.beginSend(msg, TARGET, true))
                    .isInstanceOf(KernelPanic.class)
                    .hasMessageContaining("in flight");
        }

        @Test
        void shouldRefuseReinitAndUrgency() {
            assertThatThrownBy(() -> msg.reinit(REPLY)).isInstanceOf(KernelPanic.class);
            assertThatThrownBy(msg::urgent).isInstanceOf(KernelPanic.class);
        }

        @Test
        void shouldCompleteOnceOnly() {
            MsgState.beginReply(msg, NetError.OK, null);
            MsgState.finish(msg);
            assertThatThrownBy(() -> MsgState.finish(msg)).hasMessageContaining("second completion");
        }

        @Test
        void shouldRefuseSecondReply() {
            MsgState.beginReply(msg, NetError.OK, null);
            assertThatThrownBy(() -> MsgState.beginReply(msg, NetError.EIO, null))
                    .hasMessageContaining("not held");
        }

        @Test
        void shouldRefuseForwardAfterReply() {
            MsgState.beginReply(msg, NetError.OK, null);
            assertThatThrownBy(() -> MsgState.beginForward(msg, TARGET)).hasMessageContaining("not held");
        }

        @Test
        void shouldRefuseReplyAndForwardWhileQueued() {
            MsgState.queued(msg);
            assertThatThrownBy(() -> MsgState.beginReply(msg, NetError.OK, null))
                    .hasMessageContaining("not held");
            assertThatThrownBy(() -> MsgState.beginForward(msg, TARGET)).hasMessageContaining("not held");
        }

        @Test
        void shouldRefuseAsyncAsResult() {
            assertThatThrownBy(() -> MsgState.beginReply(msg, NetError.EASYNC, null))
                    .hasMessageContaining("EASYNC");
        }
    }

    @Test
    void shouldKeepOnlyKindOfSendOnReinit() {
        msg.urgent();
        MsgState.beginSend(msg, TARGET, true);
        MsgState.beginReply(msg, NetError.EIO, "result");
        MsgState.finish(msg);

        msg.reinit("other", Port.adone());

        assertThat(msg.flags()).isEqualTo(Msg.DONE | Msg.SYNC);
        assertThat(msg.command()).isEqualTo("other");
        assertThat(msg.replyPort()).isEqualTo(Port.adone());
        assertThat(msg.error()).isEqualTo(NetError.OK);
        assertThat(msg.result()).isNull();
    }

    @Test
    void shouldRefuseReplyByWhoDoesNotHoldIt() {
        assertThatThrownBy(() -> msg.reply(NetError.OK)).hasMessageContaining("no thread holds");
    }

    @Test
    void shouldNotBeSentOnWhenReceivedFromAnotherMember() {
        final Msg<String> proxy = Msg.proxy("command", 9, 1, 70, 0);
        MsgState.beginReply(proxy, NetError.OK, null);
        MsgState.finish(proxy);
        assertThatThrownBy(() -> MsgState.beginSend(proxy, TARGET, false)).hasMessageContaining("forward it");
    }
}
