package odonata.ssi.uplink;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import odonata.protocol.errno.NetError;
import odonata.ssi.codec.CodecException;
import odonata.ssi.codec.PayloadCodec;
import odonata.ssi.uplink.frame.Bytes;
import odonata.ssi.uplink.frame.FaultCounters;
import odonata.ssi.uplink.frame.Frame;
import odonata.ssi.uplink.frame.FrameFault;
import odonata.ssi.uplink.frame.FrameKind;
import odonata.ssi.uplink.frame.FrameReader;
import odonata.ssi.uplink.frame.Texts;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Takes received frames apart: all of a frame or nothing of it. What is wrong with a frame is counted, and nothing else
 * notices.
 *
 * <p>Thread: the receiving agent. It trusts nothing that it reads: who sent it, how long it is, for whom it is, what type it has.
 */
final class Inbound {
    private static final Int2ObjectHashMap<NetError> ERRORS = errors();

    private final Map<Integer, Link> links;
    private final PayloadCodec codec;
    private final FaultCounters faults;
    private final int maxEntry;
    private final FrameReader reader = new FrameReader();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<ReceiveCredit> waited = new ArrayList<>();
    private final List<ReceiveCredit> touched;

    /**
     * A decoder.
     *
     * @param links by member id; may change between two frames
     * @param touched gets the credits of CPUs that got something
     */
    Inbound(
            final Map<Integer, Link> links,
            final PayloadCodec codec,
            final FaultCounters faults,
            final int maxEntry,
            final List<ReceiveCredit> touched) {
        this.links = links;
        this.codec = codec;
        this.faults = faults;
        this.maxEntry = maxEntry;
        this.touched = touched;
    }

    private static Int2ObjectHashMap<NetError> errors() {
        final Int2ObjectHashMap<NetError> map = new Int2ObjectHashMap<>();
        for (final NetError error : NetError.values()) {
            map.put(error.number(), error);
        }
        return map;
    }

    /** One frame, in an array that only this thread writes; {@code nowNs} is the time for pings. */
    FrameFault accept(final byte[] frame, final int length, final long nowNs) {
        final FrameFault fault = check(frame, length, nowNs);
        if (fault != FrameFault.NONE) {
            faults.add(fault);
        }
        return fault;
    }

    private FrameFault check(final byte[] frame, final int length, final long nowNs) {
        final FrameFault shape = reader.header(frame, length);
        if (shape != FrameFault.NONE) {
            return shape;
        }
        final Link link = links.get(reader.source());
        if (link == null || link.dead()) {
            return FrameFault.SENDER;
        }
        final FrameFault truth = reader.verify(link.incoming());
        if (truth != FrameFault.NONE) {
            return truth;
        }
        final Link.Source source = link.source(reader.cpu());
        if (source == null) {
            return FrameFault.CPU;
        }
        if (reader.kind() == FrameKind.HELLO) {
            return reader.cpu() == Frame.NO_CPU ? hello(link) : FrameFault.KIND;
        }
        if (reader.sequence() <= source.sequence) {
            return FrameFault.REPLAY;
        }
        source.sequence = reader.sequence();
        return dispatch(link, source, nowNs);
    }

    private FrameFault dispatch(final Link link, final Link.Source source, final long nowNs) {
        final boolean own = reader.cpu() == Frame.NO_CPU;
        return switch (reader.kind()) {
            case DATA ->
                own ? FrameFault.KIND : data(link, reader.bytes(), Frame.HEADER, reader.bodyEnd(), reader.count());
            case PART -> own ? FrameFault.KIND : part(link, source);
            case CREDIT -> own ? credits(link) : FrameFault.KIND;
            case PING, PONG -> own ? ping(link, nowNs) : FrameFault.KIND;
            default -> FrameFault.KIND;
        };
    }

    /** The first ones come by UDP, later ones perhaps not, so their order is not known; a repeated one changes nothing. */
    private FrameFault hello(final Link link) {
        final byte[] b = reader.bytes();
        if (reader.bodyLength() < 2) {
            return FrameFault.LENGTH;
        }
        try {
            final Texts texts = new Texts(b, Frame.HEADER + 1, reader.bodyEnd());
            final String folder = texts.next();
            texts.end();
            link.way().greeted(folder);
        } catch (final IllegalArgumentException e) {
            return FrameFault.LENGTH;
        }
        if (b[Frame.HEADER] != 0) {
            link.grantAll(true);
        }
        return FrameFault.NONE;
    }

    private FrameFault ping(final Link link, final long nowNs) {
        if (reader.bodyLength() != Long.BYTES) {
            return FrameFault.LENGTH;
        }
        final long value = Bytes.getLong(reader.bytes(), Frame.HEADER);
        if (reader.kind() == FrameKind.PING) {
            link.pong(value);
        } else {
            link.measured(nowNs - value);
        }
        return FrameFault.NONE;
    }

    private FrameFault credits(final Link link) {
        final int count = reader.count();
        if (reader.bodyLength() != count * Control.CREDIT_BYTES) {
            return FrameFault.LENGTH;
        }
        final byte[] b = reader.bytes();
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < count; i++) {
                final int at = Frame.HEADER + i * Control.CREDIT_BYTES;
                final SendCredit credit = link.sendCredit(Bytes.getInt(b, at), Bytes.getInt(b, at + 4));
                final long total = Bytes.getLong(b, at + 8);
                final int window = Bytes.getInt(b, at + 16);
                if (credit == null || total < 0 || window <= 0) {
                    return credit == null ? FrameFault.CPU : FrameFault.ENTRY;
                }
                if (pass == 1) {
                    credit.allow(total, window);
                }
            }
        }
        return FrameFault.NONE;
    }

    private FrameFault part(final Link link, final Link.Source source) {
        final byte[] b = reader.bytes();
        final int piece = reader.bodyLength() - Outlet.PART_HEADER;
        if (piece <= 0 || reader.count() != 1) {
            return FrameFault.LENGTH;
        }
        final int total = Bytes.getInt(b, Frame.HEADER);
        final int offset = Bytes.getInt(b, Frame.HEADER + 4);
        if (total < Entry.HEADER || total > maxEntry || offset < 0 || offset > total - piece) {
            return FrameFault.LENGTH;
        }
        if (offset == 0) {
            source.big = source.big.length >= total ? source.big : new byte[total];
            source.bigLength = total;
            source.bigFilled = 0;
        }
        if (total != source.bigLength || offset != source.bigFilled) {
            source.bigLength = 0;
            return FrameFault.ENTRY;
        }
        System.arraycopy(b, Frame.HEADER + Outlet.PART_HEADER, source.big, offset, piece);
        source.bigFilled += piece;
        if (source.bigFilled < total) {
            return FrameFault.NONE;
        }
        source.bigLength = 0;
        return data(link, source.big, 0, total, 1);
    }

    private FrameFault data(final Link link, final byte[] b, final int from, final int end, final int count) {
        final Int2ObjectHashMap<ReceiveCredit> row = link.receiveCredits(reader.cpu());
        int at = from;
        FrameFault fault = FrameFault.NONE;
        for (int i = 0; i < count && fault == FrameFault.NONE; i++) {
            final int length = end - at < Entry.HEADER ? -1 : Entry.length(b, at);
            if (length < Entry.HEADER || length > end - at) {
                fault = FrameFault.LENGTH;
            } else {
                fault = entry(row, b, at, length);
                at += length;
            }
        }
        if (fault == FrameFault.NONE && at != end) {
            fault = FrameFault.LENGTH;
        }
        if (fault == FrameFault.NONE) {
            deliver(link);
        } else {
            row.values().forEach(ReceiveCredit::rollback);
        }
        arrivals.clear();
        waited.clear();
        return fault;
    }

    private FrameFault entry(
            final Int2ObjectHashMap<ReceiveCredit> row, final byte[] b, final int at, final int length) {
        final int kind = Entry.kind(b, at);
        final NetError error = kind == Entry.REPLY ? ERRORS.get(Entry.subject(b, at)) : NetError.OK;
        if (kind < Entry.REQUEST || kind > Entry.GIVE_BACK || error == null) {
            return FrameFault.ENTRY;
        }
        final ReceiveCredit credit = row.get(Entry.target(b, at));
        if (credit == null) {
            return FrameFault.CPU;
        }
        final long number = credit.claim(Entry.number(b, at));
        if (number <= 0) {
            return number == 0 ? FrameFault.REPLAY : FrameFault.CREDIT;
        }
        final Object payload;
        try {
            payload = codec.read(Entry.form(b, at), b, at + Entry.HEADER, length - Entry.HEADER);
        } catch (final CodecException e) {
            return FrameFault.PAYLOAD;
        }
        if (kind == Entry.REQUEST && payload == null) {
            return FrameFault.ENTRY;
        }
        if (Entry.waited(b, at)) {
            waited.add(credit);
        }
        arrivals.add(new Arrival(
                reader.cpu(),
                credit,
                number,
                kind,
                Entry.msgId(b, at),
                Entry.subject(b, at),
                error,
                Entry.flags(b, at),
                Entry.origin(b, at),
                Entry.replyPort(b, at),
                payload));
        return FrameFault.NONE;
    }

    private void deliver(final Link link) {
        waited.forEach(ReceiveCredit::sourceWaited);
        long missing = 0;
        ReceiveCredit before = null;
        for (final Arrival arrival : arrivals) {
            final ReceiveCredit credit = arrival.credit();
            final long left = credit.commit(arrival.number());
            if (arrival.kind() == Entry.GIVE_BACK) {
                credit.givenBack(arrival.number());
            } else {
                missing += left;
            }
            if (!credit.ring().offer(arrival)) {
                // Cannot be while rings are as large as the credit given; counted, so that a wrong setting is seen.
                faults.add(FrameFault.CREDIT);
            }
            if (credit != before) {
                before = credit;
                touched.add(credit);
                if (!credit.activate()) {
                    link.active().add(credit);
                }
            }
        }
        link.received(arrivals.size(), missing);
    }
}
