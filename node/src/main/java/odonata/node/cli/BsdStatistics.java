package odonata.node.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The counters of the network in the words of BSD's {@code netstat -s}, and in its order; what BSD does not count stands at the end of each protocol.
 *
 * <p>A line of the table is its counters, a bar and the text: {@code #} stands for the value of each in turn, {@code ^} for the plural of what
 * was counted last. Deeper lines are parts of what stands above them.
 */
final class BsdStatistics {
    private static final List<Line> TABLE = """
            tcp:
             sndtotal | # packet^ sent
              sndpack sndbyte | # data packet^ (# byte^)
              sndrexmitpack sndrexmitbyte | # data packet^ (# byte^) retransmitted
              sndsackrexmit | # data packet^ retransmitted in SACK recovery
              sndlimited | # data packet^ of Limited Transmit
              sndacks delack | # ack-only packet^ (# delayed)
              sndurg | # URG only packet^
              sndprobe | # window probe packet^
              sndwinup | # window update packet^
              sndctrl sndrst | # control packet^ (# RST)
              sndtso | # large packet^ cut into segments by a device
             rcvtotal | # packet^ received
              rcvackpack | # ack^
              rcvdupack | # duplicate ack^
              rcvacktoomuch | # ack^ for unsent data
              rcvpack rcvbyte | # packet^ (# byte^) received in-sequence
              rcvduppack | # completely duplicate packet^
              pawsdrop | # old duplicate packet^
              rcvmissts | # packet^ without the timestamp due
              rcvoopack | # out-of-order packet^
              rcvpackafterwin | # packet^ of data after window
              rcvwinupd | # window update packet^
              rcvafterclose | # packet^ received after close
              rcvrst | # RST packet^
              rcvbadsum | # discarded for bad checksum^
             connattempt | # connection request^
             accepts | # connection accept^
             listendrop | # listen queue overflow^
             connects | # connection^ established (including accepts)
             twreused | # connection^ in TIME-WAIT reused
             twrecycled | # connection^ in TIME-WAIT ended to make room
             closed drops | # connection^ closed (including # drop^)
             conndrops | # embryonic connection^ dropped
             rttupdated segstimed | # segment^ updated rtt (of # attempt^)
             rexmttimeo | # retransmit timeout^
              timeoutdrop | # connection^ dropped by rexmit timeout
             sndfastrexmit sndearlyrexmit | # fast retransmit^ (# early)
             eifeldetected | # spurious retransmit^ undone
             persisttimeo | # persist timeout^
              persistdrop | # connection^ dropped by persist timeout
             keeptimeo | # keepalive timeout^
              keepprobe | # keepalive probe^ sent
              keepdrops | # connection^ dropped by keepalive
             challengeack challengelimited | # challenge ack^ sent (# withheld)
             syncache.added | # syncache entries added
              syncache.retransmitted | # retransmitted
              syncache.dupsyn | # dupsyn
              syncache.completed | # completed
              syncache.overflow | # bucket or cache overflow
              syncache.reset | # reset
              syncache.stale | # stale
              syncache.unreach | # unreach
              syncache.sendcookie | # cookies sent
              syncache.recvcookie | # cookies received
             ecn_shs | # successful ECN handshake^
             ecn_ce | # packet^ with ECN CE bit set
             ecn_rcwnd | # time^ ECN reduced the congestion window
             adopted | # connection^ taken over from another CPU
             emigrated | # connection^ given to another member
             orphaned | # connection^ reset because the member of their process died
             lost | # connection^ lost with a member
             chased | # socket operation^ chased to another CPU
            udp:
             ipackets | # datagram^ received
             ipackets_multicast | # multicast or broadcast datagram^ received
             badsum | # with bad checksum
             nosum | # with no checksum
             noport | # dropped due to no socket
             noportbcast | # broadcast/multicast datagram^ undelivered
             fullsock | # dropped due to full socket buffers
             opackets | # datagram^ output
            ip:
             badsum | # bad header checksum^
             tooshort | # with size smaller than minimum
             badlen | # with data size < data length
             badvers | # with incorrect version number
             badoptions | # with bad options
             sourceroute | # with a source route
             badaddr | # with a bad address
             fragments | # fragment^ received
             fragdropped | # fragment^ dropped (dup or out of space)
             fragtimeout | # fragment^ dropped after timeout
             reassembled reassembled_served | # packet^ reassembled ok (# served)
             fragpackets fragbytes | # packet^ (# byte^) in reassembly now
             other | # packet^ for another protocol
             notlocal | # packet^ not for this host
             localout | # packet^ sent from this host
             remoteout | # packet^ sent by a device of another CPU
             loopout | # packet^ sent to this host itself
             odropped | # output packet^ dropped due to no bufs, etc.
             noroute | # output packet^ discarded due to no route
             fragmented | # output datagram^ fragmented
             ofragments | # fragment^ created
             cantfrag | # datagram^ that can't be fragmented
             pmtu_lowered | # path^ found narrower
            icmp:
             error | # call^ to icmp_error
             oldicmp | # error^ not generated because old message was icmp or so
             limited | # error^ not generated because of the limit
             checksum | # message^ with bad checksum
             bmcastecho | # multicast echo request^ ignored
             reflect | # message response^ generated
             inerror | # error message^ received
             badquote | # error message^ about nothing that was sent
            """.lines().map(Line::of).toList();

    private BsdStatistics() {}

    /**
     * A line of the table.
     *
     * @param keys names of its counters after the protocol's; empty: the line names the protocol
     */
    private record Line(int depth, List<String> keys, String text) {
        private static Line of(final String line) {
            final int depth = line.length() - line.stripLeading().length();
            final String[] parts = line.strip().split(" \\| ", 2);
            return parts.length == 1
                    ? new Line(0, List.of(), parts[0])
                    : new Line(depth, Arrays.asList(parts[0].split(" ", -1)), parts[1]);
        }

        private String with(final List<Long> values) {
            final StringBuilder out = new StringBuilder("\t".repeat(depth));
            int next = 0;
            for (int i = 0; i < text.length(); i++) {
                final char c = text.charAt(i);
                switch (c) {
                    case '#' -> out.append(values.get(next++));
                    case '^' -> out.append(values.get(next - 1) == 1 ? "" : "s");
                    default -> out.append(c);
                }
            }
            return out.toString();
        }
    }

    /** Names of all counters that it knows, as in {@code tcp.sndtotal}. */
    static List<String> names() {
        final List<String> names = new ArrayList<>();
        String protocol = "";
        for (final Line line : TABLE) {
            protocol = line.keys.isEmpty() ? line.text.replace(":", ".") : protocol;
            for (final String key : line.keys) {
                names.add(protocol + key);
            }
        }
        return names;
    }

    /**
     * The paragraphs of the protocols.
     *
     * @param counted values by name, as in {@code tcp.sndtotal}; what is missing is 0
     * @param only name of one protocol; empty: all
     * @param zeros also lines in which all is 0
     */
    static List<String> lines(final Map<String, Long> counted, final String only, final boolean zeros) {
        final List<String> lines = new ArrayList<>();
        String protocol = "";
        for (final Line line : TABLE) {
            if (line.keys.isEmpty()) {
                protocol = line.text.replace(":", "");
                if (only.isEmpty() || only.equals(protocol)) {
                    lines.add(line.text);
                }
            } else if (only.isEmpty() || only.equals(protocol)) {
                final String prefix = protocol + ".";
                final List<Long> values = line.keys.stream()
                        .map(key -> counted.getOrDefault(prefix + key, 0L))
                        .toList();
                if (zeros || values.stream().anyMatch(value -> value != 0)) {
                    lines.add(line.with(values));
                }
            }
        }
        return lines;
    }
}
