package odonata.protocol.tcp.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.flow.FlowTable;
import odonata.protocol.ip.IpProto;
import odonata.protocol.tcp.TcpHeader;
import odonata.protocol.tcp.TcpOptions;
import odonata.protocol.tcp.TcpOptionsWriter;

/**
 * One end under a microscope. Segments are written as text, those that arrive and those expected alike:
 *
 * <pre>
 * flags seq(length) [ack n] win n [urg n] [ce] [&lt;option,option&gt;]      flags of S F R P U E W and . for ACK, in this order
 * mss 1460 · nop · wscale 5 · sackOK · ts value echo · sack left-right …
 * </pre>
 *
 * <p>One that is sent as ECN-capable has {@code ect} where one that arrives may have {@code ce}. Sequence numbers count from the sender's initial one, timestamps of the machine from its first tick. Expected segments begin
 * with the time in microseconds since the script began. What is left over at the end of a step is a failure: see
 * {@link #quiet}.
 */
final class TcpScript implements TcpActions {
    static final int ISS = 0x7fff_f000;
    static final int IRS = 0x1000;
    static final long START = 1_000_000_000L;
    private static final int US = 0x0a000001;
    private static final int PEER = 0x0a000002;

    final TcpSettings settings;
    final TcpMachine machine;
    TcpCb tcb;
    final List<TcpEvent> events = new ArrayList<>();
    private final Deque<String> sent = new ArrayDeque<>();
    private long nowUs = START;
    private long wakeUs = TcpTimer.NEVER;
    private final TcpIn in = new TcpIn();
    TcpMachine.Verdict verdict = TcpMachine.Verdict.DONE;
    byte[] lastText = new byte[0];
    private int pattern;

    TcpScript(final TcpSettings settings) {
        this.settings = settings;
        machine = new TcpMachine(settings, this);
        tcb = new TcpCb(new FlowKey(US, 1_000, PEER, 80, IpProto.TCP), settings);
    }

    TcpScript() {
        this(new TcpSettings());
    }

    /** No options at all, segments of 1000 bytes. */
    static TcpSettings plain() {
        final TcpSettings s = new TcpSettings();
        s.rfc1323 = false;
        s.mss = 1_000;
        return s;
    }

    /** Established by active open at time 0, peer's window {@code window}. */
    static TcpScript established(final TcpSettings settings, final int window) {
        final TcpScript tcp = new TcpScript(settings);
        tcp.connect();
        tcp.sent.clear();
        final String ts = settings.rfc1323 ? ",wscale 0,ts 1 0" : "";
        final String sack = settings.sack ? ",sackOK" : "";
        tcp.in("S. 0(0) ack 1 win " + window + " <mss " + settings.mss + ts + sack + ">");
        tcp.sent.clear();
        tcp.events.clear();
        tcp.expectState(TcpState.ESTABLISHED);
        return tcp;
    }

    static TcpScript established() {
        return established(plain(), 60_000);
    }

    TcpScript connect() {
        machine.connect(tcb, ISS, nowUs);
        return this;
    }

    TcpScript listen() {
        machine.listen(tcb, ISS, nowUs);
        return this;
    }

    /** Lets time run to {@code us} after the start, timers included. */
    TcpScript at(final long us) {
        while (wakeUs <= START + us) {
            nowUs = Math.max(nowUs, wakeUs);
            wakeUs = TcpTimer.NEVER;
            machine.expire(tcb, nowUs);
        }
        nowUs = START + us;
        return this;
    }

    /** The user writes {@code count} bytes. */
    TcpScript write(final int count) {
        final byte[] data = new byte[count];
        for (int i = 0; i < count; i++) {
            data[i] = (byte) pattern++;
        }
        assertThat(machine.send(tcb, data, 0, count, false, nowUs)).isEqualTo(count);
        return this;
    }

    TcpScript writeMore(final int count) {
        machine.send(tcb, new byte[count], 0, count, true, nowUs);
        return this;
    }

    TcpScript writeUrgent(final int count) {
        machine.sendUrgent(tcb, new byte[count], 0, count, nowUs);
        return this;
    }

    TcpScript read(final int count) {
        assertThat(machine.receive(tcb, count, nowUs)).hasSize(count);
        return this;
    }

    TcpScript shutdown() {
        machine.shutdown(tcb, nowUs);
        return this;
    }

    TcpScript close() {
        machine.close(tcb, nowUs);
        return this;
    }

    TcpScript abort() {
        machine.abort(tcb, nowUs);
        return this;
    }

    /** The control block is what TIME-WAIT has kept of it. */
    TcpScript onlyTimeWait() {
        final FlowTable table = FlowTable.ofEnds(1, TcpTw.WORDS, 1);
        final int entry = table.put(tcb.flow(), 0);
        TcpTw.save(tcb, table, entry);
        tcb = TcpTw.restore(settings, table, entry);
        return this;
    }

    /** What was sent since the last look. */
    List<String> sent() {
        final List<String> got = new ArrayList<>(sent);
        sent.clear();
        return got;
    }

    long nowUs() {
        return nowUs;
    }

    /** A segment arrives now. */
    TcpScript in(final String segment) {
        final byte[] packet = parse(segment);
        in.read(new TcpHeader().wrap(packet, 0, packet.length)).tos(segment.contains(" ce") ? 3 : 0);
        verdict = machine.input(tcb, in, nowUs);
        return this;
    }

    /** The segments sent since the last look, all of them, in order. */
    TcpScript expect(final String... segments) {
        assertThat(sent()).containsExactly(segments);
        return this;
    }

    TcpScript quiet() {
        return expect();
    }

    /** Forgets what was sent. */
    TcpScript skip() {
        sent.clear();
        return this;
    }

    TcpScript expectState(final TcpState state) {
        assertThat(tcb.state()).isEqualTo(state);
        return this;
    }

    TcpScript expectEvents(final TcpEvent... expected) {
        assertThat(events).containsExactly(expected);
        events.clear();
        return this;
    }

    TcpScript expectCwnd(final int cwnd, final int ssthresh) {
        assertThat(tcb.congestionControl().cwnd()).as("cwnd").isEqualTo(cwnd);
        assertThat(tcb.congestionControl().ssthresh()).as("ssthresh").isEqualTo(ssthresh);
        return this;
    }

    long count(final TcpCounter counter) {
        return machine.counters().get(counter);
    }

    @Override
    public void send(final TcpCb which, final TcpOut segment) {
        final byte[] packet = segment.packet(0, US, PEER);
        final TcpHeader header = new TcpHeader().wrap(packet, 0, packet.length);
        assertThat(header.verifyChecksum(US, PEER)).isTrue();
        lastText = java.util.Arrays.copyOfRange(packet, header.payloadOffset(), packet.length);
        sent.add(format(header, segment.tos(0) == 2));
    }

    @Override
    public void timer(final TcpCb which, final long atUs) {
        wakeUs = atUs;
    }

    @Override
    public void event(final TcpCb which, final TcpEvent event) {
        events.add(event);
    }

    private String format(final TcpHeader h, final boolean ecnCapable) {
        final StringBuilder text = new StringBuilder();
        text.append(nowUs - START).append(' ').append(flags(h)).append(' ');
        text.append(h.has(TcpHeader.RST) && h.seq() == 0 ? 0 : h.seq() - ISS);
        text.append('(').append(h.payloadLength()).append(')');
        if (h.has(TcpHeader.ACK)) {
            text.append(" ack ").append(h.ack() - IRS);
        }
        text.append(" win ").append(h.window());
        if (h.has(TcpHeader.URG)) {
            text.append(" urg ").append(h.urgent());
        }
        text.append(ecnCapable ? " ect" : "");
        final String options = options(h);
        return text.append(options.isEmpty() ? "" : " <" + options + ">").toString();
    }

    private static String flags(final TcpHeader h) {
        final StringBuilder text = new StringBuilder();
        text.append(h.has(TcpHeader.SYN) ? "S" : "").append(h.has(TcpHeader.FIN) ? "F" : "");
        text.append(h.has(TcpHeader.RST) ? "R" : "").append(h.has(TcpHeader.PSH) ? "P" : "");
        return text.append(h.has(TcpHeader.URG) ? "U" : "")
                .append(h.has(TcpHeader.ECE) ? "E" : "")
                .append(h.has(TcpHeader.CWR) ? "W" : "")
                .append(h.has(TcpHeader.ACK) ? "." : "")
                .toString();
    }

    /** Byte by byte, with every padding. */
    private static String options(final TcpHeader h) {
        final List<String> list = new ArrayList<>();
        final TcpOptions walk = new TcpOptions();
        int at = h.offset() + TcpHeader.MIN_LENGTH;
        final int end = h.payloadOffset();
        while (at < end) {
            if (h.data()[at] == TcpOptions.NOP) {
                list.add("nop");
                at++;
                continue;
            }
            walk.wrap(h.data(), at, end - at);
            assertThat(walk.next()).isTrue();
            list.add(option(walk));
            at += walk.length();
        }
        return String.join(",", list);
    }

    private static String option(final TcpOptions o) {
        return switch (o.kind()) {
            case TcpOptions.MSS -> "mss " + o.mss();
            case TcpOptions.WINDOW_SCALE -> "wscale " + o.windowScale();
            case TcpOptions.SACK_PERMITTED -> "sackOK";
            case TcpOptions.TIMESTAMPS -> "ts " + (o.tsVal() - (int) (START / 10_000)) + " " + o.tsEcr();
            case TcpOptions.SACK -> sack(o);
            default -> "?";
        };
    }

    private static String sack(final TcpOptions o) {
        final StringBuilder text = new StringBuilder("sack");
        for (int i = 0; i < o.sackBlocks(); i++) {
            text.append(' ').append(o.sackLeft(i) - IRS).append('-').append(o.sackRight(i) - IRS);
        }
        return text.toString();
    }

    private static byte[] parse(final String segment) {
        final int open = segment.indexOf('<');
        final String[] words = (open < 0 ? segment : segment.substring(0, open))
                .replace(" ce", "")
                .split("[ ()]+", -1);
        final TcpOptionsWriter options = new TcpOptionsWriter();
        if (open >= 0) {
            for (final String option :
                    segment.substring(open + 1, segment.indexOf('>')).split(",", -1)) {
                parseOption(option.split(" ", -1), options);
            }
        }
        final int text = Integer.parseInt(words[2]);
        final int headerLength = TcpHeader.MIN_LENGTH + options.length();
        final byte[] packet = new byte[headerLength + text];
        final TcpHeader h = new TcpHeader().wrap(packet, 0, packet.length);
        h.init(80, 1_000, IRS + Integer.parseInt(words[1]), 0, parseFlags(words[0]));
        h.headerLength(headerLength);
        options.copyTo(packet, TcpHeader.MIN_LENGTH);
        for (int i = 3; i + 1 < words.length; i += 2) {
            final int value = Integer.parseInt(words[i + 1]);
            switch (words[i]) {
                case "ack" -> h.ack(ISS + value);
                case "win" -> h.window(value);
                case "urg" -> h.urgent(value);
                default -> throw new IllegalArgumentException(segment);
            }
        }
        for (int i = 0; i < text; i++) {
            packet[headerLength + i] = (byte) (Integer.parseInt(words[1]) + i);
        }
        return packet;
    }

    private static int parseFlags(final String text) {
        int flags = 0;
        for (int i = 0; i < text.length(); i++) {
            flags |= switch (text.charAt(i)) {
                case 'S' -> TcpHeader.SYN;
                case 'F' -> TcpHeader.FIN;
                case 'R' -> TcpHeader.RST;
                case 'P' -> TcpHeader.PSH;
                case 'U' -> TcpHeader.URG;
                case 'E' -> TcpHeader.ECE;
                case 'W' -> TcpHeader.CWR;
                case '.' -> TcpHeader.ACK;
                case '-' -> 0;
                default -> throw new IllegalArgumentException(text);
            };
        }
        return flags;
    }

    private static void parseOption(final String[] words, final TcpOptionsWriter options) {
        switch (words[0]) {
            case "mss" -> options.mss(Integer.parseInt(words[1]));
            case "wscale" -> options.windowScale(Integer.parseInt(words[1]));
            case "sackOK" -> options.sackPermitted();
            case "ts" -> {
                final int echo = Integer.parseInt(words[2]);
                options.timestamps(Integer.parseInt(words[1]), echo + (int) (START / 10_000));
            }
            case "sack" -> {
                final int[] edges = new int[2 * (words.length - 1)];
                for (int i = 1; i < words.length; i++) {
                    final String[] pair = words[i].split("-", -1);
                    edges[2 * i - 2] = ISS + Integer.parseInt(pair[0]);
                    edges[2 * i - 1] = ISS + Integer.parseInt(pair[1]);
                }
                options.sack(edges);
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }
}
