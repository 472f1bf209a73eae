package odonata.ssi.wire;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.logbuffer.FragmentHandler;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import odonata.ssi.uplink.FrameSink;
import odonata.ssi.uplink.frame.FrameKind;
import odonata.ssi.uplink.frame.FrameSecret;
import odonata.ssi.uplink.frame.FrameWriter;

/** A load generator's link to one member. Thread: the client's owner. */
final class WireLink {
    private static final int NOBODY = -1;

    /** In so long a media driver of this machine has opened both directions. */
    private static final long NEAR_NS = TimeUnit.SECONDS.toNanos(2);

    private final Aeron aeron;
    private final String endpoint;
    private final WireAddress self;
    private final FrameSecret secret;
    private final int softLimit;
    private final long registration;
    private final FrameWriter greeter;
    private final FragmentHandler frames;
    private Optional<Neighbour> neighbour = Optional.empty();
    private long neighbourNs;
    private Optional<FrameSink> sink = Optional.empty();
    private Optional<PacketWriter> output = Optional.empty();
    private Optional<FrameSecret.Code> incoming = Optional.empty();
    private int member = NOBODY;
    private long incarnation;
    private long sequence;
    private long helloNs;
    private boolean helloDue = true;
    private boolean wasConnected;
    private boolean up;
    private boolean gone;
    private boolean downAsked;
    private boolean downAnswered;
    private boolean byeAsked;
    private boolean byeSaid;
    private boolean byeAnswered;

    WireLink(
            final Aeron aeron,
            final String endpoint,
            final WireAddress self,
            final FrameSecret secret,
            final int softLimit,
            final FragmentHandler frames) {
        this.aeron = aeron;
        this.endpoint = endpoint;
        this.self = self;
        this.secret = secret;
        this.softLimit = softLimit;
        this.frames = frames;
        this.registration = aeron.asyncAddExclusivePublication(WireEndpoint.channel(endpoint), WireBody.STREAM);
        this.greeter = new FrameWriter(
                self.client(), WireBody.GREETER, softLimit, secret.code(WireBody.GREETING, self.client(), 0, 0, 0));
    }

    String endpoint() {
        return endpoint;
    }

    /** The member, once it has said LINK_UP. */
    int member() {
        return member;
    }

    /** Key of what it sends; only after {@link #linkUp}. */
    Optional<FrameSecret.Code> incoming() {
        return incoming;
    }

    /** The member is ready: from now on it gets packets, after one more HELLO that names its incarnation. */
    void linkUp(final WireBody.LinkUp linkUp, final long nowNs) {
        if (member == NOBODY) {
            member = linkUp.member();
            incarnation = linkUp.incarnation();
            incoming = secret.code(WireBody.PURPOSE, member, incarnation, self.client(), 0);
            neighbour = Neighbour.of(endpoint, linkUp.folder(), self.client(), frames);
            neighbourNs = nowNs;
        }
        helloDue = true;
    }

    /** True when a frame with this sequence was not here before; notes it. */
    boolean fresh(final long number) {
        if (number <= sequence) {
            return false;
        }
        sequence = number;
        return true;
    }

    /** The member wants no more packets. */
    void down() {
        downAsked = true;
        up = false;
    }

    /** The member is no member any more, says another one. What it has sent may still come. */
    void gone() {
        gone = true;
        up = false;
    }

    /** No packet follows. */
    void bye() {
        byeAsked = true;
        up = false;
    }

    void byeAnswered() {
        byeAnswered = true;
    }

    /** True when packets may be sent. */
    boolean isUp() {
        return up;
    }

    /** True when nothing is to be waited for before the client ends. */
    boolean isDone() {
        return byeAnswered || gone || output.isEmpty();
    }

    /** The member's link is dead: it was up and is not any more. */
    boolean isDead() {
        return wasConnected && sink.map(s -> !s.connected()).orElse(true);
    }

    boolean offer(final byte[] data, final int offset, final int length) {
        return up && output.isPresent() && output.get().offer(data, offset, length);
    }

    void flush() {
        output.ifPresent(PacketWriter::push);
    }

    /** Packets and frames that will not be sent if the link ends now. */
    int waiting() {
        return output.map(PacketWriter::waiting).orElse(0);
    }

    /** Takes a frame that came through shared memory; true when there was one. */
    boolean poll() {
        return neighbour.isPresent() && neighbour.get().poll();
    }

    /** True when packets and answers need no media driver of this process. */
    boolean isNear() {
        return neighbour.isPresent();
    }

    /** Where frames for the member go; empty while that is not known yet. */
    private Optional<FrameSink> way(final long nowNs) {
        if (neighbour.isEmpty()) {
            return sink;
        }
        final Neighbour near = neighbour.get();
        near.tend();
        if (near.sink().isEmpty() && nowNs - neighbourNs > NEAR_NS) {
            near.close();
            neighbour = Optional.empty();
            return sink;
        }
        return near.sink();
    }

    /** What is due: says hello, answers DOWN, says BYE, sends what was gathered. */
    void tend(final long nowNs, final long repeatNs) {
        if (sink.isEmpty()) {
            final ExclusivePublication publication = aeron.getExclusivePublication(registration);
            if (publication == null) {
                return;
            }
            sink = Optional.of(FrameSink.of(publication));
        }
        if (!sink.get().connected()) {
            return;
        }
        wasConnected = true;
        final Optional<FrameSink> way = way(nowNs);
        if (way.isPresent() && (helloDue || (member == NOBODY && nowNs - helloNs > repeatNs))) {
            hello(way.get(), nowNs);
        }
        if (output.isPresent()) {
            final PacketWriter writer = output.get();
            if (downAsked && !downAnswered) {
                downAnswered = writer.note(FrameKind.WIRE_DOWN_ACK);
            }
            if (byeAsked && !byeSaid) {
                byeSaid = writer.note(FrameKind.WIRE_BYE);
            }
            writer.push();
        }
    }

    private void hello(final FrameSink way, final long nowNs) {
        greeter.discard();
        greeter.begin(FrameKind.WIRE_HELLO);
        WireBody.writeHello(greeter, new WireBody.Hello(self, incarnation));
        if (!way.offer(greeter.view(), greeter.seal())) {
            return;
        }
        greeter.sent();
        helloDue = false;
        helloNs = nowNs;
        if (member != NOBODY && output.isEmpty()) {
            output = Optional.of(new PacketWriter(
                    way,
                    self.client(),
                    softLimit,
                    0,
                    secret.code(WireBody.PURPOSE, self.client(), 0, member, incarnation)));
            up = !downAsked && !byeAsked;
        }
    }

    void close() {
        up = false;
        sink.ifPresent(FrameSink::close);
        neighbour.ifPresent(Neighbour::close);
    }
}
