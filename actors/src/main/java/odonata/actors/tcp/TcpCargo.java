package odonata.actors.tcp;

import java.util.List;
import java.util.Optional;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.machine.TcpCbFields;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.syn.SynEntry;
import odonata.protocol.wire.Fields;

/**
 * Sockets, handshakes and listeners as bytes, for their way to another member. Reading throws {@link IllegalArgumentException} when the bytes are
 * none of these.
 */
final class TcpCargo {
    /** Of the bytes of a socket; to be raised with each change of what is in them. */
    private static final int FORM = 2;

    private static final ListenId NOBODY = new ListenId(0, 0, 0, 0);

    private final TcpCpu tcp;

    TcpCargo(final TcpCpu tcp) {
        this.tcp = tcp;
    }

    private TcpSettings settings() {
        return tcp.machine.settings();
    }

    private int tick() {
        return (int) (tcp.nowUs() / settings().timestampTickUs);
    }

    byte[] write(final TcpSocket so) {
        final Fields f = Fields.writer(tcp.nowUs());
        f.int32(FORM);
        f.int64(so.id());
        so.flow().fields(f);
        state(so, f);
        parent(Optional.ofNullable(so.parent).map(parent -> parent.id), f);
        TcpCbFields.write(so.tcb, settings(), tcp.nowUs(), f);
        return f.toBytes();
    }

    TcpSocket read(final byte[] bytes) {
        final Fields f = Fields.reader(bytes, tcp.nowUs());
        if (f.int32(FORM) != FORM) {
            throw new IllegalArgumentException("a connection of another version");
        }
        final TcpSocket so = new TcpSocket(tcp.port(), new SockOptions(settings()));
        so.id(f.int64(0));
        so.flow(FlowKey.NONE.fields(f));
        state(so, f);
        final Optional<ListenId> parent = parent(Optional.empty(), f);
        so.tcb = TcpCbFields.read(so.flow(), settings(), tcp.nowUs(), f);
        f.end();
        so.laddr = so.flow().src();
        so.lport = so.flow().sport();
        so.parent = parent.map(id -> tcp.listens.get(id).orElseGet(() -> new TcpListener(id, so.options)))
                .orElse(null);
        return so;
    }

    private static void state(final TcpSocket so, final Fields f) {
        so.home = f.int32(so.home);
        so.options.fields(f);
        so.reserved = f.flag(so.reserved);
        so.connected = f.flag(so.connected);
        so.gone = f.flag(so.gone);
        so.detached = f.flag(so.detached);
        so.cantReceive = f.flag(so.cantReceive);
        so.cantSend = f.flag(so.cantSend);
        so.tooLong = f.flag(so.tooLong);
        so.urgentTaken = f.flag(so.urgentTaken);
        so.error(f.constant(so.error(), NetError.values()));
    }

    private static Optional<ListenId> parent(final Optional<ListenId> parent, final Fields f) {
        return f.flag(parent.isPresent()) ? Optional.of(listener(parent.orElse(NOBODY), f)) : Optional.empty();
    }

    private static ListenId listener(final ListenId id, final Fields f) {
        return new ListenId(f.int32(id.home()), f.int64(id.made()), f.int32(id.laddr()), f.int32(id.lport()));
    }

    byte[] write(final SynEntry<TcpListener> entry) {
        final Fields f = Fields.writer(tcp.nowUs());
        listener(entry.listener().id, f);
        entry.fields(f, tick());
        return f.toBytes();
    }

    SynEntry<TcpListener> readEntry(final byte[] bytes) {
        final Fields f = Fields.reader(bytes, tcp.nowUs());
        final ListenId id = listener(NOBODY, f);
        final TcpListener listener =
                tcp.listens.get(id).orElseGet(() -> new TcpListener(id, new SockOptions(settings())));
        final SynEntry<TcpListener> entry = SynEntry.blank(listener).fields(f, tick());
        f.end();
        return entry;
    }

    /** Options of a listening socket. */
    static byte[] write(final SockOptions options) {
        final Fields f = Fields.writer(0);
        options.fields(f);
        return f.toBytes();
    }

    SockOptions readOptions(final byte[] bytes) {
        final SockOptions options = new SockOptions(settings());
        final Fields f = Fields.reader(bytes, 0);
        options.fields(f);
        f.end();
        return options;
    }

    /** Bytes of several, together. */
    static int sum(final List<byte[]> all) {
        return all.stream().mapToInt(bytes -> bytes.length).sum();
    }
}
