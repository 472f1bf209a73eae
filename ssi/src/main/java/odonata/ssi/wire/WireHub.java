package odonata.ssi.wire;

import io.aeron.ControlledFragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import odonata.protocol.clock.Clock;
import odonata.ssi.uplink.Driver;
import odonata.ssi.uplink.FrameSink;
import odonata.ssi.uplink.frame.Bytes;
import odonata.ssi.uplink.frame.FaultCounters;
import odonata.ssi.uplink.frame.Frame;
import odonata.ssi.uplink.frame.FrameFault;
import odonata.ssi.uplink.frame.FrameKind;
import odonata.ssi.uplink.frame.FrameReader;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.uplink.frame.FrameWriter;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member's end of all its wires: hears load generators say hello, moves their packets into the devices, sees them go.
 *
 * <p>Threads: {@link #doWork} on the receiving agent's thread (give it to {@code AeronUplink.start}); {@link #attach},
 * {@link #detach} and {@link #memberGone} on a control thread.
 */
public final class WireHub implements Agent, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WireHub.class);
    private static final int FRAGMENTS = 16;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long REPEAT_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long HELLO_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_STRANGERS = 64;

    private final int member;
    private final long incarnation;
    private final String endpoint;
    private final Driver driver;
    private final FrameSecret secret;
    private final WireListener listener;
    private final Clock clock;
    private final WireSettings settings;
    private final Subscription far;
    private final Optional<Subscription> near;
    private final Map<Integer, WireNic> nics = new ConcurrentHashMap<>();
    private final Map<Integer, Stranger> strangers = new HashMap<>();
    private final Map<Integer, Optional<FrameSecret.Code>> codes = new HashMap<>();
    private final List<Integer> departed = new CopyOnWriteArrayList<>();
    private final FaultCounters faults = new FaultCounters();
    private final FrameReader reader = new FrameReader();
    private final byte[] scratch = new byte[WireBody.MAX_FRAME];
    private final ControlledFragmentHandler farFrames =
            new ControlledFragmentAssembler((b, offset, length, header) -> onFrame(b, offset, length, header, false));
    private final ControlledFragmentHandler nearFrames =
            new ControlledFragmentAssembler((b, offset, length, header) -> onFrame(b, offset, length, header, true));
    private long nowNs;
    private long tickNs;

    /** Said hello, is not attached yet. */
    private static final class Stranger {
        private final WireAddress address;
        private final int session;
        private final boolean isNear;
        private final long memberIncarnation;
        private long toldNs;

        private Stranger(final WireBody.Hello hello, final int session, final boolean isNear) {
            this.address = hello.address();
            this.memberIncarnation = hello.incarnation();
            this.session = session;
            this.isNear = isNear;
        }
    }

    /**
     * A hub; it listens at once.
     *
     * @param endpoint the member's {@code host:port}, that of its uplink
     * @param incarnation random number of this process
     */
    public WireHub(
            final int member,
            final long incarnation,
            final String endpoint,
            final Driver driver,
            final FrameSecret secret,
            final WireSettings settings,
            final Clock clock,
            final WireListener listener) {
        this.member = member;
        this.incarnation = incarnation;
        this.endpoint = endpoint;
        this.driver = driver;
        this.secret = secret;
        this.settings = settings;
        this.clock = clock;
        this.listener = listener;
        this.far = driver.aeron().addSubscription(WireEndpoint.channel(endpoint) + "|rejoin=false", WireBody.STREAM);
        this.near = settings.sharedMemory()
                ? Optional.of(driver.aeron().addSubscription(WireEndpoint.NEAR, WireBody.STREAM))
                : Optional.empty();
    }

    /**
     * Makes the device for a load generator. It announces itself once the device is started, that is, added to a CPU.
     *
     * @param ifIndex cluster-wide number of the interface
     */
    public WireNic attach(final WireAddress address, final int ifIndex) {
        final int client = address.client();
        final FrameSink udp =
                FrameSink.of(driver.aeron().addPublication(WireEndpoint.channel(address.endpoint()), WireBody.STREAM));
        final FrameSink memory =
                near.isPresent() ? FrameSink.of(driver.aeron().addPublication(WireEndpoint.NEAR, client)) : udp;
        final WireNic nic = new WireNic(
                this,
                member,
                address,
                ifIndex,
                new SwitchedSink(udp, memory),
                driver.maxFrame(),
                settings.ring(),
                secret.code(WireBody.GREETING, member, 0, client, 0),
                secret.code(WireBody.PURPOSE, member, incarnation, client, 0));
        nic.state.departedTold = departed.size();
        final WireNic old = nics.put(client, nic);
        if (old != null) {
            old.shut();
            old.sink().close();
        }
        LOG.info("wire up member={} client={} endpoint={} ifindex={}", member, client, address.endpoint(), ifIndex);
        return nic;
    }

    /** Ends the link to a load generator; repeating changes nothing. */
    public void detach(final int client) {
        final WireNic nic = nics.remove(client);
        if (nic != null) {
            nic.shut();
            nic.sink().close();
            LOG.info("wire down member={} client={}", member, client);
        }
    }

    /** Another member died or left: load generators need not find out by its silence. Repeating changes nothing. A control thread's. */
    public void memberGone(final int id) {
        if (!departed.contains(id)) {
            departed.add(id);
        }
    }

    /** Frames that were dropped, by cause. */
    public FaultCounters faults() {
        return faults;
    }

    @Override
    public String roleName() {
        return "wire-" + member;
    }

    @Override
    public int doWork() {
        nowNs = clock.nowNs();
        int work = poll(far, farFrames);
        if (near.isPresent()) {
            work += poll(near.get(), nearFrames);
        }
        final boolean tick = nowNs - tickNs >= TICK_NS;
        if (tick) {
            tickNs = nowNs;
        }
        for (final WireNic nic : nics.values()) {
            if (nic.behind() && nic.sink().hasRoom()) {
                nic.wake();
            }
            if (tick) {
                tend(nic);
            }
        }
        if (tick && !strangers.isEmpty()) {
            introduce();
        }
        return work;
    }

    private static int poll(final Subscription subscription, final ControlledFragmentHandler frames) {
        int work = 0;
        for (int i = subscription.imageCount() - 1; i >= 0; i--) {
            work += subscription.imageAtIndex(i).controlledPoll(frames, FRAGMENTS);
        }
        return work;
    }

    private void tend(final WireNic nic) {
        final WireState state = nic.state;
        final boolean connected = nic.sink().connected();
        if ((state.wasConnected && !connected) || (state.linked && imageGone(state))) {
            gone(nic, !state.bye);
            return;
        }
        if (nic.hasLeft()) {
            gone(nic, false);
            return;
        }
        state.wasConnected |= connected;
        while (connected
                && state.linked
                && state.departedTold < departed.size()
                && greet(nic, FrameKind.WIRE_GONE, w -> WireBody.writeGone(w, departed.get(state.departedTold)))) {
            state.departedTold++;
        }
        if (connected && nic.started() && nowNs - state.saidNs >= REPEAT_NS) {
            if (!state.linked) {
                state.saidNs = nowNs;
                greet(nic, FrameKind.WIRE_LINK_UP, w -> writeLinkUp(w, nic));
            } else if (nic.downWanted()) {
                state.saidNs = nowNs;
                greet(nic, FrameKind.WIRE_DOWN, w -> writeLinkUp(w, nic));
            }
        }
        if (state.bye && !state.byeTold && nic.input().isEmpty()) {
            state.byeTold = true;
            listener.bye(nic.address().client()).whenComplete((none, failure) -> {
                nic.byeAnswered();
                nic.wake();
            });
        }
    }

    private boolean imageGone(final WireState state) {
        final Image image = image(state.session, state.isNear);
        return image == null || image.isClosed();
    }

    private Image image(final int session, final boolean isNear) {
        return (isNear ? near.orElse(far) : far).imageBySessionId(session);
    }

    private void gone(final WireNic nic, final boolean vanished) {
        if (!nic.state.goneTold) {
            nic.state.goneTold = true;
            nic.shut();
            nic.sink().close();
            LOG.info(
                    "wire gone member={} client={} vanished={}",
                    member,
                    nic.address().client(),
                    vanished);
            listener.gone(nic.address().client(), vanished);
        }
    }

    private void writeLinkUp(final FrameWriter writer, final WireNic nic) {
        final String folder = near.isPresent() ? driver.folderToTell() : "";
        WireBody.writeLinkUp(writer, new WireBody.LinkUp(member, nic.ifIndex(), incarnation, endpoint, folder));
    }

    /** True when the transport has taken it. */
    private static boolean greet(final WireNic nic, final FrameKind kind, final Consumer<FrameWriter> body) {
        final FrameWriter writer = nic.greeter();
        writer.discard();
        writer.begin(kind);
        body.accept(writer);
        final boolean taken = nic.sink().offer(writer.view(), writer.seal());
        if (taken) {
            writer.sent();
        }
        return taken;
    }

    /** Tells the node of those who said hello; joins them to their devices when these are there. */
    private void introduce() {
        strangers.values().removeIf(stranger -> {
            final WireNic nic = nics.get(stranger.address.client());
            if (nic != null && nic.address().equals(stranger.address)) {
                link(nic, stranger);
                return true;
            }
            if (image(stranger.session, stranger.isNear) == null) {
                return true;
            }
            if (nowNs - stranger.toldNs >= HELLO_NS) {
                stranger.toldNs = nowNs;
                listener.hello(stranger.address);
            }
            return false;
        });
    }

    private void link(final WireNic nic, final Stranger stranger) {
        nic.state.session = stranger.session;
        nic.state.isNear = stranger.isNear;
        if (stranger.memberIncarnation == incarnation) {
            if (stranger.isNear) {
                nic.sink().nearby();
            }
            nic.state.linked = true;
            nic.nowLinked();
        }
    }

    private ControlledFragmentHandler.Action onFrame(
            final DirectBuffer buffer, final int offset, final int length, final Header header, final boolean isNear) {
        if (length > scratch.length) {
            faults.add(FrameFault.LENGTH);
            return ControlledFragmentHandler.Action.CONTINUE;
        }
        buffer.getBytes(offset, scratch, 0, length);
        final FrameFault shape = reader.header(scratch, length);
        if (shape != FrameFault.NONE) {
            faults.add(shape);
            return ControlledFragmentHandler.Action.CONTINUE;
        }
        final WireNic nic = nics.get(reader.source());
        if (reader.kind() == FrameKind.WIRE_PACKETS && nic != null && !nic.closed() && full(nic)) {
            return ControlledFragmentHandler.Action.ABORT;
        }
        final FrameFault fault = reader.kind() == FrameKind.WIRE_HELLO
                ? hello(header.sessionId(), isNear)
                : device(nic, header.sessionId(), isNear);
        if (fault != FrameFault.NONE) {
            faults.add(fault);
        }
        return ControlledFragmentHandler.Action.CONTINUE;
    }

    /** The count is not yet verified: at worst a forged frame waits until the ring is empty. */
    private boolean full(final WireNic nic) {
        final int room = nic.input().capacity() - nic.input().size();
        return room < Math.min(reader.count(), nic.input().capacity());
    }

    private FrameFault hello(final int session, final boolean isNear) {
        final int client = reader.source();
        final FrameFault truth = reader.verify(secret.code(WireBody.GREETING, client, 0, 0, 0));
        if (truth != FrameFault.NONE) {
            return truth;
        }
        final Optional<WireBody.Hello> hello = WireBody.readHello(reader);
        if (hello.isEmpty()) {
            return FrameFault.ENTRY;
        }
        if (strangers.size() >= MAX_STRANGERS && !strangers.containsKey(client)) {
            return FrameFault.SENDER;
        }
        final Stranger stranger = new Stranger(hello.get(), session, isNear);
        final WireNic nic = nics.get(client);
        if (nic != null && nic.address().equals(stranger.address)) {
            link(nic, stranger);
        } else {
            strangers.put(client, stranger);
        }
        return FrameFault.NONE;
    }

    private FrameFault device(final WireNic nic, final int session, final boolean isNear) {
        if (nic == null || nic.closed() || nic.state.session != session || nic.state.isNear != isNear) {
            return FrameFault.SENDER;
        }
        final int client = nic.address().client();
        final FrameFault truth = reader.verify(
                codes.computeIfAbsent(client, id -> secret.code(WireBody.PURPOSE, id, 0, member, incarnation)));
        if (truth != FrameFault.NONE) {
            return truth;
        }
        if (reader.cpu() != WireBody.DEVICE) {
            return FrameFault.CPU;
        }
        if (reader.sequence() <= nic.state.sequence) {
            return FrameFault.REPLAY;
        }
        nic.state.sequence = reader.sequence();
        switch (reader.kind()) {
            case WIRE_PACKETS -> {
                return packets(nic);
            }
            case WIRE_DOWN_ACK -> nic.downAcknowledged();
            case WIRE_BYE -> nic.state.bye = true;
            default -> {
                return FrameFault.KIND;
            }
        }
        return FrameFault.NONE;
    }

    private FrameFault packets(final WireNic nic) {
        if (!WireBody.packetsFit(reader) || reader.count() > nic.input().capacity()) {
            return FrameFault.LENGTH;
        }
        int at = Frame.HEADER;
        for (int i = 0; i < reader.count(); i++) {
            final int length = Bytes.getUShort(scratch, at);
            at += WireBody.PACKET_HEADER;
            nic.input().offer(Arrays.copyOfRange(scratch, at, at + length));
            nic.counters().received(length);
            at += length;
        }
        nic.wake();
        return FrameFault.NONE;
    }

    @Override
    public void onClose() {
        close();
    }

    /** Stops listening and ends all links. */
    @Override
    public void close() {
        nics.keySet().forEach(this::detach);
        far.close();
        near.ifPresent(Subscription::close);
    }
}
