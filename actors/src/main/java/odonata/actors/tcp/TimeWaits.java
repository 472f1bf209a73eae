package odonata.actors.tcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import odonata.actors.netisr.NetMsg;
import odonata.actors.port.Port;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.FlowTable;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.machine.TcpTimer;
import odonata.protocol.tcp.machine.TcpTw;

/**
 * Connections in TIME-WAIT that nobody holds any more, without socket and control block: some hundred bytes each, and no object, so that a server of
 * short connections leaves nothing for the collector to carry along. In the order in which they end. Owner: the tcp_thread.
 */
final class TimeWaits {
    private final TcpSettings settings;
    private final Port<NetMsg> port;
    private final FlowTable table;
    /** By entry; shared with the listener that it came from. */
    private final List<SockOptions> options = new ArrayList<>();

    /** Of the tcp_thread at {@code port}. */
    TimeWaits(final TcpSecret secret, final TcpSettings settings, final Port<NetMsg> port) {
        this.settings = settings;
        this.port = port;
        table = FlowTable.ofEnds(FlowTable.MAX_CAPACITY, TcpTw.WORDS, secret.k0());
    }

    /** True for a socket that can be kept here: one that is over before the last one, since it was held for long or has moved, would be late. */
    boolean takes(final TcpSocket so) {
        return suffices(so)
                && (table.size() == 0 || so.tcb.deadlineUs(TcpTimer.MSL2) >= TcpTw.deadlineUs(table, table.youngest()));
    }

    /** True for a socket of which no more is needed than is kept here. */
    static boolean suffices(final TcpSocket so) {
        return so.detached
                && !so.reserved
                && so.id() == 0
                && so.lingering == null
                && so.waiters().isEmpty()
                && TcpTw.suffices(so.tcb);
    }

    int size() {
        return table.size();
    }

    /** It is kept from now on. */
    void add(final TcpSocket so) {
        final int entry = table.put(so.flow(), 0);
        TcpTw.save(so.tcb, table, entry);
        while (options.size() <= entry) {
            options.add(so.options);
        }
        options.set(entry, so.options);
    }

    /** What has become of one that was found here; nothing when it is here no more. */
    void update(final TcpSocket so) {
        final int entry = table.peek(so.flow());
        if (entry != FlowTable.NONE) {
            if (so.tcb.deadlineUs(TcpTimer.MSL2) != TcpTw.deadlineUs(table, entry)) {
                table.touch(entry);
            }
            TcpTw.save(so.tcb, table, entry);
        }
    }

    /** True when it was kept. */
    boolean remove(final FlowKey flow) {
        final int entry = table.peek(flow);
        if (entry != FlowTable.NONE) {
            table.remove(entry);
        }
        return entry != FlowTable.NONE;
    }

    /** The socket that it was, as long as it is needed: to be settled, if anything is done with it. */
    Optional<TcpSocket> find(final FlowKey flow) {
        final int entry = table.peek(flow);
        return entry == FlowTable.NONE ? Optional.empty() : Optional.of(socket(entry));
    }

    private TcpSocket socket(final int entry) {
        final TcpSocket so = new TcpSocket(port, options.get(entry));
        so.tcb = TcpTw.restore(settings, table, entry);
        so.flow(so.tcb.flow());
        so.laddr = so.flow().src();
        so.lport = so.flow().sport();
        so.connected = true;
        so.detached = true;
        return so;
    }

    /** When the next one ends; {@link TcpTimer#NEVER} when there is none. */
    long endsUs() {
        return table.size() == 0 ? TcpTimer.NEVER : TcpTw.deadlineUs(table, table.oldest());
    }

    /** It has ended; its local port. */
    int end() {
        final int lport = table.flow(table.oldest()).sport();
        table.remove(table.oldest());
        return lport;
    }

    /** True when {@code which} accepts one. */
    boolean anyMatch(final Predicate<FlowKey> which) {
        final boolean[] found = {false};
        table.forEach(entry -> found[0] |= which.test(table.flow(entry)));
        return found[0];
    }

    /** The sockets that they were, of those that {@code which} accepts, own end first. */
    List<TcpSocket> select(final Predicate<FlowKey> which) {
        final List<TcpSocket> selected = new ArrayList<>();
        table.forEach(entry -> {
            if (which.test(table.flow(entry))) {
                selected.add(socket(entry));
            }
        });
        return selected;
    }
}
