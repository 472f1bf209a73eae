package odonata.node.testport;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import odonata.actors.netisr.NetKnobs;
import odonata.actors.netisr.NetSettings;
import odonata.protocol.errno.NetError;
import odonata.protocol.tcp.cc.NewReno;
import odonata.protocol.tcp.machine.TcpSettings;
import odonata.protocol.tcp.machine.TcpSettings.EarlyRetransmit;
import odonata.protocol.udp.UdpDatagram;

/** What {@code set} sets, by the names of BSD's sysctl. Times are milliseconds. */
final class Tunables {
    private static final String TCP = "net.inet.tcp.";
    private static final String UDP = "net.inet.udp.";
    private static final String ICMP = "net.inet.icmp.";
    private static final long US_PER_MS = 1_000;
    private static final long MOST_MS = 1_000_000_000;
    private static final int MOST_BUFFER = 1 << 30;

    private final Map<String, Setter> setters = new LinkedHashMap<>();
    private final TcpSettings tcp;
    private final List<NetKnobs> net;

    /** Sets something; EINVAL is a value that cannot be. */
    @FunctionalInterface
    private interface Setter {
        NetError set(String value);
    }

    /** Those of {@code tcp}, and of UDP and ICMP of each CPU; the test port adds its own. */
    Tunables(final TcpSettings tcp, final List<NetKnobs> net) {
        this.tcp = tcp;
        this.net = net;
        options();
        sizes();
        times();
        algorithms();
        buffers();
        udpAndIcmp();
    }

    /** Adds one of somebody else's. */
    void add(final String name, final long least, final long most, final LongConsumer set) {
        setters.put(name, value -> {
            final long number;
            try {
                number = Long.parseLong(value.strip());
            } catch (final NumberFormatException e) {
                return NetError.EINVAL;
            }
            if (number < least || number > most) {
                return NetError.EINVAL;
            }
            set.accept(number);
            return NetError.OK;
        });
    }

    /** Adds one whose value is text; EINVAL when {@code set} throws IllegalArgumentException. */
    void addText(final String name, final Consumer<String> set) {
        setters.put(name, value -> {
            try {
                set.accept(value.strip());
                return NetError.OK;
            } catch (final IllegalArgumentException e) {
                return NetError.EINVAL;
            }
        });
    }

    /** Of {@code name=value}. ENOENT: no such name. */
    NetError set(final String assignment) {
        final int equals = assignment.indexOf('=');
        if (equals < 0) {
            return NetError.EINVAL;
        }
        final Setter setter = setters.get(assignment.substring(0, equals).strip());
        return setter == null ? NetError.ENOENT : setter.set(assignment.substring(equals + 1));
    }

    /** All names. */
    Iterable<String> names() {
        return setters.keySet();
    }

    private void flag(final String name, final Consumer<Boolean> set) {
        add(TCP + name, 0, 1, value -> set.accept(value != 0));
    }

    private static <E> E at(final E[] values, final long place) {
        return values[(int) place];
    }

    private void time(final String name, final LongConsumer setUs) {
        add(TCP + name, 0, MOST_MS, ms -> setUs.accept(ms * US_PER_MS));
    }

    private void options() {
        flag("rfc1323", on -> tcp.rfc1323 = on);
        flag("sack.enable", on -> tcp.sack = on);
        add(TCP + "ecn.enable", 0, 2, n -> tcp.ecn = at(TcpSettings.Ecn.values(), n));
        add(TCP + "ecn.maxretries", 0, 1_000, n -> tcp.ecnMaxRetries = (int) n);
        add(TCP + "blackhole", 0, 2, n -> tcp.blackhole = at(TcpSettings.Blackhole.values(), n));
        flag("drop_synfin", on -> tcp.dropSynFin = on);
        flag("rexmit_drop_options", on -> tcp.rexmtDropOptions = on);
        flag("path_mtu_discovery", on -> tcp.pathMtuDiscovery = on);
        flag("icmp_may_rst", on -> tcp.icmpMayRst = on);
        flag("insecure_rst", on -> tcp.insecureRst = on);
        flag("insecure_syn", on -> tcp.insecureSyn = on);
    }

    private void sizes() {
        add(TCP + "recvspace", 1, MOST_BUFFER, n -> tcp.recvSpace = (int) n);
        add(TCP + "sendspace", 1, MOST_BUFFER, n -> tcp.sendSpace = (int) n);
        add(TCP + "mssdflt", 1, 65_535, n -> tcp.mssDefault = (int) n);
        add(TCP + "minmss", 1, 65_535, n -> tcp.minMss = (int) n);
        add(TCP + "initcwnd", 0, 1_000, n -> tcp.initialCwnd = (int) n);
        add(TCP + "keepcnt", 1, 1_000, n -> tcp.keepCount = (int) n);
        flag("syncookies", on -> tcp.syncookies = on);
        flag("syncookies_only", on -> tcp.syncookiesOnly = on);
    }

    /** More than any buffer can have means as much as it can. */
    private void buffers() {
        add("kern.ipc.maxsockbuf", 1, 0xffff_ffffL, n -> {
            tcp.maxSockbuf = (int) Math.min(n, MOST_BUFFER);
            onEach(knobs -> knobs.maxSockbuf = tcp.maxSockbuf);
        });
    }

    private void onEach(final Consumer<NetKnobs> change) {
        net.forEach(change);
    }

    private void knob(final String name, final BiConsumer<NetKnobs, Boolean> set) {
        add(name, 0, 1, value -> onEach(knobs -> set.accept(knobs, value != 0)));
    }

    private void udpAndIcmp() {
        knob(UDP + "blackhole", (knobs, on) -> knobs.udpBlackhole = on);
        knob(UDP + "checksum", (knobs, on) -> knobs.udpChecksum = on);
        add(UDP + "recvspace", 1, MOST_BUFFER, n -> onEach(knobs -> knobs.udpRecvSpace = (int) n));
        add(UDP + "maxdgram", 1, UdpDatagram.MAX_PAYLOAD, n -> onEach(knobs -> knobs.udpMaxDatagram = (int) n));
        add(ICMP + "icmplim", 0, MOST_BUFFER, n -> onEach(knobs -> knobs.icmpLimit = n == 0 ? MOST_BUFFER : (int) n));
        knob(ICMP + "bmcastecho", (knobs, on) -> knobs.broadcastEcho = on);
        knob(ICMP + "maskrepl", (knobs, on) -> knobs.maskReply = on);
        add(ICMP + "drop_redirect", 1, 1, yes -> {});
    }

    private void times() {
        time("rexmit_initial", us -> tcp.rexmtInitialUs = us);
        time("rexmit_min", us -> tcp.rexmtMinUs = us);
        time("rexmit_slop", us -> tcp.rexmtSlopUs = us);
        time("delacktime", us -> tcp.delackUs = us);
        flag("delayed_ack", on -> tcp.delayedAck = on);
        time("keepinit", us -> tcp.keepInitUs = us);
        time("keepidle", us -> tcp.keepIdleUs = us);
        time("keepintvl", us -> tcp.keepIntervalUs = us);
        time("msl", us -> tcp.mslUs = us);
    }

    private void algorithms() {
        flag("limited_transmit", on -> tcp.limitedTransmit = on);
        add(TCP + "early_retransmit", 0, 2, n -> tcp.earlyRetransmit = at(EarlyRetransmit.values(), n));
        flag("eifel", on -> tcp.eifel = on);
        flag("newreno", on -> tcp.newReno = on);
        addText(TCP + "cc.algorithm", name -> {
            if (!"newreno".equals(name)) {
                throw new IllegalArgumentException(name);
            }
            tcp.congestionControl = NewReno::new;
        });
        flag("tso", on -> tcp.tsoBytes = on ? NetSettings.TSO_BYTES : 0);
    }
}
