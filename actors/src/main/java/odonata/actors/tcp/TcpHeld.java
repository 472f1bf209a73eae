package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.List;
import odonata.actors.netisr.CpuNet;
import odonata.actors.port.Msg;

/** Operations that wait until a bucket has come to this CPU, in the order in which they came. Owner: the tcp_thread. */
final class TcpHeld {
    private record Waiting(Msg<?> msg, Runnable again) {}

    private final CpuNet.Lane lane;
    private List<Waiting> held = new ArrayList<>();

    TcpHeld(final CpuNet.Lane lane) {
        this.lane = lane;
    }

    /** It waits; {@code again} looks whether it still has to. */
    void add(final Msg<?> msg, final Runnable again) {
        held.add(new Waiting(msg, again));
        lane.waits(true);
    }

    /** Buckets have come or gone: all are looked at again. */
    void release() {
        final List<Waiting> waited = held;
        held = new ArrayList<>();
        lane.waits(false);
        waited.forEach(waiting -> waiting.again().run());
    }

    /** True when it waited, which it does no more. */
    boolean remove(final Msg<?> msg) {
        return held.removeIf(waiting -> waiting.msg() == msg);
    }

    /** Those that wait. */
    int size() {
        return held.size();
    }
}
