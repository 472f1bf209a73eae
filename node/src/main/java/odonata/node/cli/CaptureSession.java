package odonata.node.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import odonata.node.capture.CaptureMerge;
import odonata.node.capture.CaptureRequest;
import odonata.node.capture.CaptureView;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.NodeClient;
import odonata.node.snapshot.Json;
import odonata.protocol.pcap.LinkType;
import odonata.protocol.pcap.PcapException;
import odonata.protocol.pcap.PcapPacket;
import odonata.protocol.pcap.PcapReader;
import odonata.protocol.pcap.PcapWriter;

/** One capture of several members: begins, reads and ends it at each, and writes what they give as one file. */
final class CaptureSession {
    private static final long MERGE_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long MERGE_BYTES = 64 << 20;
    private static final long PAUSE_MS = 100;
    private static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(1);

    /** A file without packets. */
    private static final long FILE_HEADER = 24;

    private final List<EachMember> members;
    private final CaptureRequest request;
    private final CaptureMerge merge = new CaptureMerge(MERGE_WAIT_NS, MERGE_BYTES);
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Source> sources = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private long packets;
    private long bytes;
    private long dropped;

    CaptureSession(final List<EachMember> members, final CaptureRequest request) {
        this.members = members;
        this.request = request;
    }

    /** When to end. */
    record Limits(long packets, long durationNs) {}

    /** What came of it. */
    record Totals(long packets, long bytes, long dropped, int members) {}

    /** A member that captures. */
    private record Source(EachMember each, long id) {
        private NodeClient.Answer post(final String what) throws IOException {
            return each.client().post("/api/v1/capture/" + id + "/" + what, null);
        }
    }

    /** Any thread: ends {@link #run} soon. */
    void stop() {
        stopped.set(true);
    }

    /** Captures until a limit is met or {@link #stop} was called; {@code progress} is told packets and bytes now and then. */
    void run(final OutputStream out, final String name, final Limits limits, final BiConsumer<Long, Long> progress)
            throws IOException, InterruptedException {
        try (PcapWriter writer = PcapWriter.create(out, name, LinkType.RAW, PcapWriter.Resolution.NANOS)) {
            writer.flush();
            begin();
            final long beginNs = System.nanoTime();
            long toldNs = beginNs - PROGRESS_NS;
            while (!stopped.get() && !sources.isEmpty() && packets < limits.packets()) {
                final long nowNs = System.nanoTime();
                if (nowNs - beginNs >= limits.durationNs()) {
                    break;
                }
                if (nowNs - toldNs >= PROGRESS_NS) {
                    progress.accept(packets, bytes);
                    toldNs = nowNs;
                }
                final boolean much = readAll();
                write(writer, limits.packets(), false);
                writer.flush();
                if (!much) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                }
            }
            end();
            write(writer, limits.packets(), true);
        } catch (PcapException e) {
            if (!(e.getCause() instanceof IOException) || !name.equals("-")) {
                throw e;
            }
        } finally {
            sources.forEach(this::endQuietly);
        }
    }

    private void begin() throws IOException {
        for (final EachMember each : members) {
            final NodeClient.Answer answer = each.client().post("/api/v1/capture", request);
            if (!answer.ok()) {
                throw new CommandFailure(1, "member " + each.member() + " does not capture: " + answer.text());
            }
            sources.add(
                    new Source(each, Json.read(answer.body(), CaptureView.class).id()));
        }
    }

    /** True when there was so much that there is more at once. */
    private boolean readAll() {
        boolean much = false;
        for (final Source source : List.copyOf(sources)) {
            try {
                much |= read(source) > MERGE_BYTES / 64;
            } catch (IOException e) {
                gone.add("member " + source.each().member() + " does not capture any more: " + e.getMessage());
                sources.remove(source);
            }
        }
        return much;
    }

    /** Bytes that it gave. */
    private long read(final Source source) throws IOException {
        final NodeClient.Answer answer = source.post("read");
        if (!answer.ok()) {
            throw new IOException(answer.text());
        }
        final long nowNs = System.nanoTime();
        try (PcapReader reader = PcapReader.open(
                new ByteArrayInputStream(answer.body()), source.each().client().base())) {
            for (final PcapPacket packet : reader) {
                merge.put(packet, nowNs);
            }
        }
        return answer.body().length - FILE_HEADER;
    }

    private void write(final PcapWriter writer, final long most, final boolean last) {
        for (final PcapPacket packet : merge.take(System.nanoTime(), last)) {
            if (packets < most) {
                writer.write(packet);
                packets++;
                bytes += packet.originalLength();
            }
        }
    }

    /** All members stop before one is read to its end, so that all end at the same time. */
    private void end() {
        final List<Source> ended = new ArrayList<>();
        for (final Source source : sources) {
            try {
                final NodeClient.Answer answer = source.post("stop");
                if (!answer.ok()) {
                    throw new IOException(answer.text());
                }
                dropped += Json.read(answer.body(), CaptureView.class).dropped();
                ended.add(source);
            } catch (IOException e) {
                gone.add("member " + source.each().member() + " did not end in order: " + e.getMessage());
            }
        }
        sources.clear();
        ended.forEach(this::readToEnd);
    }

    private void readToEnd(final Source source) {
        try {
            long more = 1;
            while (more > 0) {
                more = read(source);
            }
        } catch (IOException e) {
            gone.add("member " + source.each().member() + " did not give all: " + e.getMessage());
        }
    }

    private void endQuietly(final Source source) {
        try {
            final NodeClient.Answer unused = source.post("stop");
        } catch (IOException e) {
            gone.add("member " + source.each().member() + " ends by itself: " + e.getMessage());
        }
    }

    Totals totals() {
        return new Totals(packets, bytes, dropped, members.size());
    }

    /** Members that went away meanwhile, a sentence each. */
    List<String> gone() {
        return gone;
    }
}
