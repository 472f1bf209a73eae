package odonata.actors.lwkt;

import odonata.actors.cpu.Callout;
import odonata.actors.cpu.CpuThread;
import odonata.actors.port.Msg;
import odonata.actors.port.MsgPort;
import odonata.actors.port.MsgState;
import odonata.actors.port.Port;
import odonata.protocol.errno.NetError;

/**
 * A callout that runs in its thread: a message to nobody whose reply comes when the time is up. It is done before its function
 * runs, so that a re-arm in the function is never lost.
 */
final class TdCallout implements Callout {
    private final Callout timer;
    private final MsgPort msgPort;
    private final Port<?> port;
    private final Runnable function;
    private final Msg<TdCallout> expiry;

    TdCallout(final CpuThread thread, final Runnable function) {
        msgPort = thread.msgPort();
        port = thread.address();
        this.function = function;
        expiry = Msg.init(this, port);
        timer = thread.callout(this::expire);
    }

    @Override
    public void reset(final long delayNs) {
        stop();
        timer.reset(delayNs);
    }

    @Override
    public boolean stop() {
        return timer.stop() || msgPort.remove(expiry);
    }

    @Override
    public boolean isPending() {
        return timer.isPending() || expiry.isQueued();
    }

    private void expire() {
        MsgState.beginSend(expiry, port, false);
        MsgState.beginReply(expiry, NetError.OK, null);
        MsgState.then(expiry, msg -> function.run());
        msgPort.complete(expiry);
    }
}
