package odonata.ssi.wire;

import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.logbuffer.Header;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import odonata.protocol.clock.Clock;
import odonata.protocol.ip.Ipv4Prefix;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.frame.Bytes;
import odonata.ssi.uplink.frame.FaultCounters;
import odonata.ssi.uplink.frame.Frame;
import odonata.ssi.uplink.frame.FrameFault;
import odonata.ssi.uplink.frame.FrameKind;
import odonata.ssi.uplink.frame.FrameReader;
import odonata.ssi.uplink.frame.FrameSecret;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A load generator's end of the wire: IP packets to members and answers from them.
 *
 * <p>Thread: one owner for all calls; it must call {@link #poll} often, at least a hundred times a second, for all housekeeping is
 * done there. Members announce themselves; the client needs to know one to begin with.
 */
public final class WireClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WireClient.class);
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long REPEAT_NS = TimeUnit.SECONDS.toNanos(1);

    /** Most members. */
    private static final int MAX_LINKS = 256;

    private final Driver driver;
    private final FrameSecret secret;
    private final Clock clock;
    private final Subscription subscription;
    private final WireAddress self;
    private final List<WireLink> links = new ArrayList<>();
    private final FaultCounters faults = new FaultCounters();
    private final FrameReader reader = new FrameReader();
    private final byte[] scratch = new byte[WireBody.MAX_FRAME];
    private final FragmentAssembler assembler = new FragmentAssembler(this::onFrame);
    private List<WireLink> up = List.of();
    private boolean allNear;
    private int turn;
    private int packetAt;
    private int packetsLeft;
    private long tickNs;
    private long sent;
    private long refused;
    private long lost;
    private long received;
    private boolean leaving;

    /** Takes a received packet; the array may be reused after the call. */
    @FunctionalInterface
    public interface Receiver {
        /** The packet is {@code length} bytes at {@code offset}. */
        void onPacket(byte[] data, int offset, int length);
    }

    /**
     * A client that says hello to the given members.
     *
     * @param driver of this process, with or without a thread; stays the caller's
     * @param client random positive number of this start of the process
     * @param prefix addresses behind this client, to which members send answers through it
     * @param host address to receive at
     * @param seeds endpoints {@code host:port} of one or more members' uplinks
     */
    public WireClient(
            final Driver driver,
            final int client,
            final Ipv4Prefix prefix,
            final String host,
            final List<String> seeds,
            final FrameSecret secret,
            final Clock clock) {
        this.driver = driver;
        this.secret = secret;
        this.clock = clock;
        this.subscription =
                driver.aeron().addSubscription(WireEndpoint.channel(host + ":0") + "|rejoin=false", WireBody.STREAM);
        this.self = new WireAddress(client, prefix, host + ":" + driver.portOf(subscription));
        seeds.forEach(this::link);
        LOG.info("wire client up client={} endpoint={} seeds={}", client, self.endpoint(), seeds);
    }

    private WireLink link(final String endpoint) {
        final WireLink link = new WireLink(driver.aeron(), endpoint, self, secret, driver.maxFrame(), this::onFrame);
        links.add(link);
        return link;
    }

    /** How this client announces itself. */
    public WireAddress address() {
        return self;
    }

    /** Ids of the members that take packets now, ascending. */
    public List<Integer> members() {
        return up.stream().map(WireLink::member).toList();
    }

    /**
     * Sends a packet to the member that {@code spread} selects, the same one while the members stay the same.
     *
     * @return false when that member pushes back or none is there; nothing was sent then
     */
    public boolean offer(final byte[] data, final int offset, final int length, final int spread) {
        return (!up.isEmpty() && send(up.get(Math.floorMod(spread, up.size())), data, offset, length)) || refuse();
    }

    /** Sends a packet to one member; false when it pushes back or takes no packets. */
    public boolean offerTo(final int member, final byte[] data, final int offset, final int length) {
        for (final WireLink link : up) {
            if (link.member() == member) {
                return send(link, data, offset, length) || refuse();
            }
        }
        return refuse();
    }

    private boolean send(final WireLink link, final byte[] data, final int offset, final int length) {
        final boolean taken = link.offer(data, offset, length);
        if (taken) {
            sent++;
        }
        return taken;
    }

    private boolean refuse() {
        refused++;
        return false;
    }

    /** Sends what was gathered; {@link #poll} does the same. */
    public void flush() {
        for (final WireLink link : up) {
            link.flush();
        }
        if (!allNear) {
            driver.work();
        }
    }

    /** Sends what was gathered, gives at most {@code limit} received packets to {@code receiver}, does the housekeeping. */
    public int poll(final Receiver receiver, final int limit) {
        flush();
        final long nowNs = clock.nowNs();
        if (nowNs - tickNs >= TICK_NS) {
            tickNs = nowNs;
            driver.work();
            driver.housekeeping().invoke();
            tend(nowNs);
        }
        int given = 0;
        do {
            while (packetsLeft > 0 && given < limit) {
                final int length = Bytes.getUShort(scratch, packetAt);
                receiver.onPacket(scratch, packetAt + WireBody.PACKET_HEADER, length);
                packetAt += WireBody.PACKET_HEADER + length;
                packetsLeft--;
                given++;
            }
        } while (given < limit && frame());
        received += given;
        return given;
    }

    /** Takes a frame, from each way in by turns; false when there is none. */
    private boolean frame() {
        for (int i = 0; i <= links.size(); i++) {
            turn = turn < links.size() ? turn + 1 : 0;
            if (turn < links.size() ? links.get(turn).poll() : subscription.poll(assembler, 1) > 0) {
                return true;
            }
        }
        return false;
    }

    private void tend(final long nowNs) {
        links.removeIf(link -> {
            link.tend(nowNs, REPEAT_NS);
            if (link.isDead()) {
                lost += link.waiting();
                link.close();
                LOG.info("wire member gone client={} member={}", self.client(), link.member());
                return true;
            }
            return false;
        });
        up = links.stream()
                .filter(WireLink::isUp)
                .sorted(Comparator.comparingInt(WireLink::member))
                .toList();
        allNear = !up.isEmpty() && links.stream().allMatch(WireLink::isNear);
    }

    /** Announces that no packet follows; goes on with {@link #poll} until {@link #isDone}. */
    public void bye() {
        leaving = true;
        links.forEach(WireLink::bye);
        up = List.of();
    }

    /** True when every member has said, after {@link #bye}, that no answer follows, or is gone. */
    public boolean isDone() {
        return leaving && packetsLeft == 0 && links.stream().allMatch(WireLink::isDone);
    }

    /** Counters. */
    public WireClientStats stats() {
        return new WireClientStats(sent, refused, lost, received, faults.total());
    }

    private void onFrame(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        if (length > scratch.length) {
            faults.add(FrameFault.LENGTH);
            return;
        }
        buffer.getBytes(offset, scratch, 0, length);
        FrameFault fault = reader.header(scratch, length);
        if (fault == FrameFault.NONE) {
            fault = switch (reader.kind()) {
                case WIRE_LINK_UP, WIRE_DOWN, WIRE_GONE -> greeting();
                default -> fromMember();
            };
        }
        if (fault != FrameFault.NONE) {
            faults.add(fault);
        }
    }

    private FrameFault greeting() {
        final FrameFault truth = reader.verify(secret.code(WireBody.GREETING, reader.source(), 0, self.client(), 0));
        if (truth != FrameFault.NONE) {
            return truth;
        }
        return reader.kind() == FrameKind.WIRE_GONE ? gone() : aboutItself();
    }

    private FrameFault gone() {
        final Optional<Integer> id = WireBody.readGone(reader);
        if (id.isEmpty()) {
            return FrameFault.ENTRY;
        }
        links.stream().filter(link -> link.member() == id.get()).forEach(WireLink::gone);
        up = up.stream().filter(WireLink::isUp).toList();
        tickNs = 0;
        return FrameFault.NONE;
    }

    private FrameFault aboutItself() {
        final Optional<WireBody.LinkUp> body = WireBody.readLinkUp(reader);
        if (body.isEmpty()) {
            return FrameFault.ENTRY;
        }
        if (leaving) {
            return FrameFault.NONE;
        }
        final Optional<WireLink> link = linkOf(body.get());
        if (link.isEmpty()) {
            return FrameFault.SENDER;
        }
        if (reader.kind() == FrameKind.WIRE_DOWN) {
            link.get().down();
            up = up.stream().filter(WireLink::isUp).toList();
        } else {
            link.get().linkUp(body.get(), clock.nowNs());
        }
        tickNs = 0;
        return FrameFault.NONE;
    }

    /** The member's link: known by its id, or by the endpoint of a seed; else a new one. */
    private Optional<WireLink> linkOf(final WireBody.LinkUp body) {
        for (final WireLink link : links) {
            if (link.member() == body.member()
                    || (link.member() < 0 && link.endpoint().equals(body.endpoint()))) {
                return Optional.of(link);
            }
        }
        return links.size() < MAX_LINKS ? Optional.of(link(body.endpoint())) : Optional.empty();
    }

    private FrameFault fromMember() {
        final WireLink link = links.stream()
                .filter(each -> each.member() == reader.source())
                .findFirst()
                .orElse(null);
        if (link == null) {
            return FrameFault.SENDER;
        }
        final FrameFault truth = reader.verify(link.incoming());
        if (truth != FrameFault.NONE) {
            return truth;
        }
        if (reader.cpu() != WireBody.DEVICE) {
            return FrameFault.CPU;
        }
        if (!link.fresh(reader.sequence())) {
            return FrameFault.REPLAY;
        }
        if (reader.kind() == FrameKind.WIRE_BYE_ACK) {
            link.byeAnswered();
            return FrameFault.NONE;
        }
        if (reader.kind() != FrameKind.WIRE_PACKETS) {
            return FrameFault.KIND;
        }
        if (!WireBody.packetsFit(reader)) {
            return FrameFault.LENGTH;
        }
        packetAt = Frame.HEADER;
        packetsLeft = reader.count();
        return FrameFault.NONE;
    }

    /** Ends at once; members notice that it is gone. Without {@link #bye} before, after their {@code odonata.driver.liveness}. */
    @Override
    public void close() {
        links.forEach(WireLink::close);
        links.clear();
        up = List.of();
        subscription.close();
        LOG.info("wire client down client={}", self.client());
    }
}
