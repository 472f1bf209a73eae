package odonata.actors.tcp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import odonata.actors.cpu.Callout;
import odonata.actors.netisr.NetCounter;
import odonata.actors.socket.SockOpt;
import odonata.protocol.errno.NetError;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.icmp.IcmpNotice;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptions;
import odonata.protocol.tcp.machine.TcpActions;
import odonata.protocol.tcp.machine.TcpCb;
import odonata.protocol.tcp.machine.TcpEvent;
import odonata.protocol.tcp.machine.TcpIn;
import odonata.protocol.tcp.machine.TcpMachine;
import odonata.protocol.tcp.machine.TcpOut;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.machine.TcpState;
import odonata.protocol.tcp.machine.TcpTimer;
import odonata.protocol.tcp.syn.SynEntry;
import odonata.protocol.tcp.syn.Syncache;

/**
 * Handshakes that peers begin, on one CPU (R44, 5.8): from the SYN to the last ACK there is an entry in the syncache, or nothing but the
 * cookie that the peer sends back. The control block is made when that ACK comes; it is then told the SYN as it was, without a word to the peer.
 *
 * <p>The SYN,ACK itself is written by a control block that is thrown away at once, so that no rule of the protocol stands here.
 */
final class TcpSyns {
    private static final int UNREACHABLE_RETRANSMITS = 3;

    private final TcpCpu tcp;
    private final TcpSettings settings;
    private final Syncache<TcpListener> cache;
    private final TcpCookies cookies;
    private final Answer answer = new Answer();
    private final TcpMachine scratch;
    private final TcpHeader synHeader = new TcpHeader();
    private final TcpIn synIn = new TcpIn();
    private final TcpOptions options = new TcpOptions();
    private final Callout timer;
    private long armedUs = Syncache.NEVER;

    /** Sends what a control block without a socket wants sent; it wants nothing else. */
    private final class Answer implements TcpActions {
        private SockOptions of;
        private boolean muted;

        @Override
        public void send(final TcpCb tcb, final TcpOut segment) {
            if (muted) {
                return;
            }
            tcp.io()
                    .output(
                            segment,
                            tcb.flow().src(),
                            tcb.flow().dst(),
                            of.get(SockOpt.IP_TTL),
                            of.get(SockOpt.IP_TOS));
        }

        @Override
        public void timer(final TcpCb tcb, final long atUs) {}

        @Override
        public void event(final TcpCb tcb, final TcpEvent event) {}
    }

    TcpSyns(
            final TcpCpu tcp,
            final TcpSettings settings,
            final Syncache.Limits limits,
            final TcpSecret cacheSecret,
            final TcpSecret cookieSecret) {
        this.tcp = tcp;
        this.settings = settings;
        cache = new Syncache<>(limits, settings.rexmtInitialUs, cacheSecret.k0(), cacheSecret.k1());
        cookies = new TcpCookies(cookieSecret, settings.timestampTickUs);
        scratch = new TcpMachine(settings, answer);
        timer = tcp.td.callout(this::expire);
    }

    /** Handshakes that go on here. */
    int size() {
        return cache.size();
    }

    /**
     * A SYN for a listener. Not when enough wait to be accepted: the peer tries again.
     *
     * @param floor the last incarnation of the connection has used numbers up to this; empty: there was none
     */
    void syn(final TcpListener listener, final FlowKey flow, final TcpHeader header, final Optional<Integer> floor) {
        if (listener.isFull()) {
            count(NetCounter.TCP_LISTENDROP);
            return;
        }
        final Optional<SynEntry<TcpListener>> known = cache.find(flow);
        final int from = header.offset();
        final byte[] syn = Arrays.copyOfRange(header.data(), from, from + header.headerLength());
        if (known.isPresent() && irs(known.get()) == header.seq()) {
            count(NetCounter.TCP_SC_DUPSYN);
            cache.repeated(known.get(), syn, tcp.nowUs());
            reply(known.get());
            return;
        }
        final SynEntry<TcpListener> entry = new SynEntry<>(flow, syn, iss(listener, flow, header, floor), listener);
        if (settings.syncookiesOnly) {
            cookies.needed(tcp.nowUs());
        } else {
            add(entry);
        }
        reply(entry);
    }

    private void add(final SynEntry<TcpListener> entry) {
        count(NetCounter.TCP_SC_ADDED);
        final long before = cache.bucketOverflows() + cache.cacheOverflows();
        entry.begun(tcp.nowUs());
        cache.add(entry, tcp.nowUs());
        final long overflows = cache.bucketOverflows() + cache.cacheOverflows() - before;
        if (overflows > 0) {
            tcp.net.counters().add(NetCounter.TCP_SC_OVERFLOW, overflows);
            cookies.needed(tcp.nowUs());
        }
        arm();
    }

    private int iss(
            final TcpListener listener, final FlowKey flow, final TcpHeader header, final Optional<Integer> floor) {
        if (floor.isPresent()) {
            return tcp.iss.nextAbove(flow, tcp.nowUs(), floor.get());
        }
        if (!settings.syncookies && !settings.syncookiesOnly) {
            return tcp.iss.next(flow, tcp.nowUs());
        }
        int mss = 0;
        int scale = -1;
        header.options(options);
        while (options.next()) {
            mss = options.kind() == TcpOptions.MSS ? options.mss() : mss;
            scale = options.kind() == TcpOptions.WINDOW_SCALE ? options.windowScale() : scale;
        }
        count(NetCounter.TCP_SC_SENDCOOKIE);
        final boolean scaled = settings.rfc1323 && !listener.options.has(SockOpt.TCP_NOOPT);
        return cookies.make(flow, header.seq(), mss, scaled ? scale : -1, tcp.nowUs());
    }

    private static int irs(final SynEntry<TcpListener> entry) {
        return new TcpHeader().wrap(entry.syn(), 0, entry.syn().length).seq();
    }

    /** Sends the SYN,ACK; the control block that has done so. */
    private TcpCb reply(final SynEntry<TcpListener> entry) {
        answer.of = entry.listener().options;
        final TcpCb tcb = new TcpCb(entry.flow(), settings);
        answer.of.applyTo(tcb);
        tcp.limit(tcb, answer.of);
        tcb.timestampOffset(entry.tsOffset());
        play(scratch, tcb, entry.syn(), entry.iss(), tcp.nowUs());
        return tcb;
    }

    private void play(final TcpMachine machine, final TcpCb tcb, final byte[] syn, final int iss, final long nowUs) {
        machine.listen(tcb, iss, nowUs);
        machine.input(tcb, synIn.read(synHeader.wrap(syn, 0, syn.length)), nowUs);
    }

    /**
     * An ACK for a listener: the connection that it completes, which has not been told the ACK yet; empty: it completes none.
     */
    Optional<TcpSocket> ack(final TcpListener listener, final FlowKey flow, final TcpHeader header) {
        final Optional<SynEntry<TcpListener>> known = cache.find(flow);
        if (known.isPresent()) {
            return known.filter(entry -> entry.iss() + 1 == header.ack() && !isOlder(header, entry))
                    .map(this::complete);
        }
        if (!cookiesCount()) {
            return Optional.empty();
        }
        final boolean timestamps = hasTimestamps(header);
        final int tsVal = timestamps ? options.tsVal() : 0;
        return cookies.open(flow, header, timestamps, tsVal, tcp.nowUs()).map(opened -> {
            count(NetCounter.TCP_SC_RECVCOOKIE);
            final SynEntry<TcpListener> entry = new SynEntry<>(flow, opened.syn(), header.ack() - 1, listener)
                    .answered(tcp.nowUs(), opened.tsOffset());
            return make(entry);
        });
    }

    /**
     * An ACK that echoes a time before the SYN,ACK is of an earlier connection. Within the life of a secret a cookie is the same for the same SYN, so
     * a SYN and an ACK that both come again, late, would open again what has been closed (RFC 9293 section 3.4.1).
     */
    private boolean isOlder(final TcpHeader ack, final SynEntry<TcpListener> entry) {
        if (entry.begunUs() == Long.MIN_VALUE || !hasTimestamps(synHeader.wrap(entry.syn(), 0, entry.syn().length))) {
            return false;
        }
        final int begun = (int) (entry.begunUs() / settings.timestampTickUs) + entry.tsOffset();
        return settings.rfc1323 && hasTimestamps(ack) && options.tsEcr() - begun < 0;
    }

    /** Leaves {@link #options} at them. */
    private boolean hasTimestamps(final TcpHeader header) {
        header.options(options);
        while (options.next()) {
            if (options.kind() == TcpOptions.TIMESTAMPS) {
                return true;
            }
        }
        return false;
    }

    /**
     * At other times an ACK for which there is no entry is an old one: it must not open again what has been closed. As the kernel does, which
     * looks only when it has thrown an entry out lately.
     */
    private boolean cookiesCount() {
        return (settings.syncookies || settings.syncookiesOnly) && cookies.mayCome(tcp.nowUs());
    }

    private TcpSocket complete(final SynEntry<TcpListener> entry) {
        cache.remove(entry);
        count(NetCounter.TCP_SC_COMPLETED);
        return make(entry);
    }

    /** The SYN as it was, at the time when it was answered; one that was answered again is not to be timed (Karn). */
    private TcpSocket make(final SynEntry<TcpListener> entry) {
        final TcpListener listener = entry.listener();
        final TcpSocket so = new TcpSocket(tcp.port(), listener.options);
        so.parent = listener;
        so.home = listener.id.home();
        final TcpCb tcb = tcp.open(so, entry.flow());
        tcb.timestampOffset(entry.tsOffset());
        tcp.conns.add(so);
        tcp.io().mute(true);
        final boolean again = entry.retransmits() > 0;
        final long sentUs = again ? entry.sentUs() - settings.rexmtInitialUs : entry.sentUs();
        play(tcp.with(so), tcb, entry.syn(), entry.iss(), sentUs);
        if (again) {
            tcp.machine.expire(tcb, tcb.deadlineUs(TcpTimer.REXMT));
        }
        tcp.io().mute(false);
        return so;
    }

    /** A RST: the control block that the entry stands for is told, and says whether it is believed, challenged (RFC 5961) or nothing. */
    void reset(final FlowKey flow, final TcpHeader header) {
        cache.find(flow).ifPresent(entry -> {
            answer.muted = true;
            final TcpCb tcb = reply(entry);
            answer.muted = false;
            scratch.input(tcb, synIn.read(header), tcp.nowUs());
            if (tcb.state() == TcpState.LISTEN) {
                count(NetCounter.TCP_SC_RESET);
                cache.remove(entry);
            }
        });
    }

    /** The peer has answered a SYN,ACK by another one: there is no such handshake ({@code syncache_badack}). */
    void badAck(final FlowKey flow) {
        cache.find(flow).ifPresent(cache::remove);
    }

    /** ICMP says that the peer of a handshake cannot be reached: believed the second time, after three retransmissions (5.8). */
    void unreachable(final IcmpNotice notice) {
        if (notice.tooBig() || notice.error() == NetError.OK) {
            return;
        }
        cache.find(notice.flow()).filter(entry -> entry.iss() == notice.seq()).ifPresent(entry -> {
            if (entry.unreachable() && entry.retransmits() >= UNREACHABLE_RETRANSMITS) {
                count(NetCounter.TCP_SC_UNREACH);
                cache.remove(entry);
            }
        });
    }

    /** A listener is closed: what was begun for it goes to another of its group, or is forgotten. */
    void orphaned(final ListenId closed) {
        adopt(cache.extract(entry -> entry.listener().id.equals(closed)));
    }

    /** True when something goes along with these buckets, or cookies were given out that only their key opens. */
    boolean hasCargo(final IntPredicate buckets) {
        return cache.contains(entry -> buckets.test(tcp.bucketOf(entry.flow()))) || cookies.areOut(tcp.nowUs());
    }

    /** What opens the cookies of this CPU, for a CPU of another member; nothing while there are none. */
    byte[] cookieKey() {
        return cookies.key(tcp.nowUs());
    }

    /** True while cookies may come back that nothing but the key of this machine remembers. */
    boolean cookiesAreOut() {
        return cookies.areOut(tcp.nowUs());
    }

    /** Cookies of another CPU may come back to this one. */
    void cookiesOf(final byte[] key) {
        cookies.learn(key, tcp.nowUs());
    }

    List<SynEntry<TcpListener>> take(final IntPredicate buckets) {
        return cache.extract(entry -> buckets.test(tcp.bucketOf(entry.flow())));
    }

    /** Handshakes that another CPU has begun, or this one for another listener. */
    void adopt(final List<SynEntry<TcpListener>> entries) {
        for (final SynEntry<TcpListener> entry : entries) {
            final ListenId id = entry.listener().id;
            final Optional<TcpListener> owner =
                    tcp.listens.get(id).or(() -> tcp.listens.heirOf(id, tcp.hashOf(entry.flow())));
            owner.ifPresent(heir -> {
                entry.listener(heir);
                cache.adopt(entry);
            });
        }
        arm();
    }

    private void expire() {
        armedUs = Syncache.NEVER;
        cache.expire(
                tcp.nowUs(),
                entry -> {
                    count(NetCounter.TCP_SC_RETRANSMITTED);
                    reply(entry);
                },
                entry -> count(NetCounter.TCP_SC_STALE));
        arm();
    }

    /** One timer for all entries; one that comes too early finds nothing due and is set anew. */
    private void arm() {
        final long next = cache.nextDueUs();
        if (next < armedUs) {
            armedUs = next;
            timer.reset(Math.max(0, next * 1_000 - tcp.td.now()));
        }
    }

    private void count(final NetCounter counter) {
        tcp.net.counters().count(counter);
    }
}
