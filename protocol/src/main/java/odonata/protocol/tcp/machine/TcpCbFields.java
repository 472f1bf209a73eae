package odonata.protocol.tcp.machine;

import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.wire.Fields;

/**
 * The control block of a connection as bytes, for its way to another machine: everything that the machine knows of it. Times become those of the
 * new owner's clock, and its timestamps go on where they were. The wake-up is not among it: to be asked for anew, by {@code expire}.
 */
public final class TcpCbFields {
    private final Fields f;

    private TcpCbFields(final Fields f) {
        this.f = f;
    }

    /** Writes a control block. */
    public static void write(final TcpCb tcb, final TcpSettings settings, final long nowUs, final Fields to) {
        new TcpCbFields(to).all(tcb, tick(settings, nowUs));
    }

    /** The control block that was written. {@link IllegalArgumentException}: there is none in these bytes. */
    public static TcpCb read(final FlowKey flow, final TcpSettings settings, final long nowUs, final Fields from) {
        final TcpCb tcb = new TcpCb(flow, settings);
        new TcpCbFields(from).all(tcb, tick(settings, nowUs));
        return tcb;
    }

    private static int tick(final TcpSettings settings, final long nowUs) {
        return (int) (nowUs / settings.timestampTickUs);
    }

    private void all(final TcpCb tcb, final int tick) {
        tcb.state = f.constant(tcb.state, TcpState.values());
        tcb.error = f.constant(tcb.error, NetError.values());
        tcb.softError = f.constant(tcb.softError, NetError.values());
        tcb.passive = f.flag(tcb.passive);
        send(tcb);
        receive(tcb);
        options(tcb, tick);
        roundTrip(tcb);
        recovery(tcb);
        user(tcb);
        rest(tcb);
        tcb.sendBuffer.fields(f);
        tcb.receiveBuffer.fields(f);
        tcb.cc.fields(f);
    }

    private void send(final TcpCb tcb) {
        tcb.iss = f.int32(tcb.iss);
        tcb.sndUna = f.int32(tcb.sndUna);
        tcb.sndNxt = f.int32(tcb.sndNxt);
        tcb.sndMax = f.int32(tcb.sndMax);
        tcb.sndUp = f.int32(tcb.sndUp);
        tcb.sndWnd = f.int32(tcb.sndWnd);
        tcb.sndWl1 = f.int32(tcb.sndWl1);
        tcb.sndWl2 = f.int32(tcb.sndWl2);
        tcb.maxSndWnd = f.int32(tcb.maxSndWnd);
        tcb.synAcked = f.flag(tcb.synAcked);
        tcb.finSent = f.flag(tcb.finSent);
        tcb.lastSendUs = f.timeUs(tcb.lastSendUs);
    }

    private void receive(final TcpCb tcb) {
        tcb.irs = f.int32(tcb.irs);
        tcb.rcvNxt = f.int32(tcb.rcvNxt);
        tcb.rcvAdv = f.int32(tcb.rcvAdv);
        tcb.rcvUp = f.int32(tcb.rcvUp);
        tcb.lastAckSent = f.int32(tcb.lastAckSent);
        tcb.irsKnown = f.flag(tcb.irsKnown);
        tcb.finSeen = f.flag(tcb.finSeen);
        tcb.finReceived = f.flag(tcb.finReceived);
        tcb.finSeq = f.int32(tcb.finSeq);
        tcb.sentZeroWindow = f.flag(tcb.sentZeroWindow);
        tcb.dsackLeft = f.int32(tcb.dsackLeft);
        tcb.dsackRight = f.int32(tcb.dsackRight);
        tcb.synText = f.bytes(tcb.synText);
    }

    private void options(final TcpCb tcb, final int tick) {
        tcb.sndScale = f.int32(tcb.sndScale);
        tcb.rcvScale = f.int32(tcb.rcvScale);
        tcb.sndMss = f.int32(tcb.sndMss);
        tcb.tsOk = f.flag(tcb.tsOk);
        tcb.sackOk = f.flag(tcb.sackOk);
        tcb.scaleOk = f.flag(tcb.scaleOk);
        tcb.ecnOk = f.flag(tcb.ecnOk);
        tcb.tsRecent = f.int32(tcb.tsRecent);
        tcb.tsRecentUs = f.timeUs(tcb.tsRecentUs);
        tcb.tsOffset = f.int32(tick + tcb.tsOffset) - tick;
    }

    private void roundTrip(final TcpCb tcb) {
        tcb.srttUs = f.int64(tcb.srttUs);
        tcb.rttvarUs = f.int64(tcb.rttvarUs);
        tcb.rtoUs = f.int64(tcb.rtoUs);
        tcb.rexmtShift = f.int32(tcb.rexmtShift);
        tcb.timing = f.flag(tcb.timing);
        tcb.timedSeq = f.int32(tcb.timedSeq);
        tcb.timedUs = f.timeUs(tcb.timedUs);
        tcb.synLost = f.flag(tcb.synLost);
        tcb.totalRetransmits = f.int32(tcb.totalRetransmits);
    }

    private void recovery(final TcpCb tcb) {
        tcb.dupAcks = f.int32(tcb.dupAcks);
        tcb.recover = f.int32(tcb.recover);
        tcb.inRecovery = f.flag(tcb.inRecovery);
        tcb.limitedSegments = f.int32(tcb.limitedSegments);
        for (int i = 0; i < tcb.lastEnds.length; i++) {
            tcb.lastEnds[i] = f.int32(tcb.lastEnds[i]);
        }
        tcb.eifelArmed = f.flag(tcb.eifelArmed);
        tcb.eifelTimeout = f.flag(tcb.eifelTimeout);
        tcb.eifelTs = f.int32(tcb.eifelTs);
        tcb.eifelCwnd = f.int32(tcb.eifelCwnd);
        tcb.eifelSsthresh = f.int32(tcb.eifelSsthresh);
        tcb.eifelRecover = f.int32(tcb.eifelRecover);
        tcb.eifelSaved = f.flag(tcb.eifelSaved);
        if (f.flag(tcb.scoreboard != SackScoreboard.NONE)) {
            tcb.scoreboard = f.isReading() ? new SackScoreboard() : tcb.scoreboard;
            tcb.scoreboard.fields(f);
        }
    }

    private void user(final TcpCb tcb) {
        tcb.noDelay = f.flag(tcb.noDelay);
        tcb.noPush = f.flag(tcb.noPush);
        tcb.noOptions = f.flag(tcb.noOptions);
        tcb.keepAlive = f.flag(tcb.keepAlive);
        tcb.userClosed = f.flag(tcb.userClosed);
        tcb.finQueued = f.flag(tcb.finQueued);
        tcb.moreToCome = f.flag(tcb.moreToCome);
        tcb.keepIdleUs = f.int64(tcb.keepIdleUs);
        tcb.keepIntervalUs = f.int64(tcb.keepIntervalUs);
        tcb.keepInitUs = f.int64(tcb.keepInitUs);
        tcb.keepCount = f.int32(tcb.keepCount);
        tcb.userMss = f.int32(tcb.userMss);
        tcb.keepProbes = f.int32(tcb.keepProbes);
        tcb.lastReceiveUs = f.timeUs(tcb.lastReceiveUs);
        tcb.userTimeoutUs = f.int64(tcb.userTimeoutUs);
        tcb.waitingSinceUs = f.timeUs(tcb.waitingSinceUs);
    }

    private void rest(final TcpCb tcb) {
        tcb.sendEce = f.flag(tcb.sendEce);
        tcb.sendCwr = f.flag(tcb.sendCwr);
        tcb.ecnRecover = f.int32(tcb.ecnRecover);
        tcb.ackNow = f.flag(tcb.ackNow);
        tcb.force = f.flag(tcb.force);
        tcb.challengeUs = f.timeUs(tcb.challengeUs);
        tcb.challenges = f.int32(tcb.challenges);
        for (int i = 0; i < tcb.deadlines.length; i++) {
            tcb.deadlines[i] = f.timeUs(tcb.deadlines[i]);
        }
    }
}
