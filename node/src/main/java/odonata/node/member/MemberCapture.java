package odonata.node.member;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import odonata.actors.net.Netstack;
import odonata.node.capture.CaptureBuffer;
import odonata.node.capture.CaptureRequest;
import odonata.node.capture.CaptureView;

/** The captures that run on this member's devices. One that nobody reads any more ends by itself. Any thread. */
final class MemberCapture {
    /** Captures at a time. */
    static final int MOST = 4;

    private static final long CAPACITY = 16 << 20;
    private static final int READ_BYTES = 4 << 20;
    private static final int PATIENCE_S = 10;

    private final int member;
    private final Map<Integer, Netstack> stacks;
    private final IntFunction<Executor> afterSeconds;
    private final Map<Long, Running> running = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();

    /** One capture; {@code reads} shows whether somebody still reads, {@code over} that nothing more comes. */
    private record Running(CaptureBuffer buffer, AtomicLong reads, AtomicBoolean over) {
        private Running(final CaptureBuffer buffer) {
            this(buffer, new AtomicLong(), new AtomicBoolean());
        }
    }

    /** Of the CPUs of a member; {@code afterSeconds} runs a function so many seconds later. */
    MemberCapture(final int member, final Map<Integer, Netstack> stacks, final IntFunction<Executor> afterSeconds) {
        this.member = member;
        this.stacks = stacks;
        this.afterSeconds = afterSeconds;
    }

    /** Begins one; empty when there are {@link #MOST}. */
    synchronized Optional<CaptureView> start(final CaptureRequest request) {
        if (running.size() >= MOST) {
            return Optional.empty();
        }
        final long id = lastId.incrementAndGet();
        final Running capture = new Running(new CaptureBuffer(request, MemberTrace.wallNs(), CAPACITY));
        running.put(id, capture);
        stacks.values().forEach(stack -> stack.tapDevices(capture.buffer));
        watch(id, capture);
        return Optional.of(view(id, capture));
    }

    private void watch(final long id, final Running capture) {
        final long reads = capture.reads.get();
        afterSeconds.apply(PATIENCE_S).execute(() -> {
            if (capture.reads.get() != reads) {
                watch(id, capture);
            } else if (running.remove(id, capture)) {
                final CompletableFuture<Void> unused = untap(capture);
            }
        });
    }

    /** What has come since the last call, as a capture file; empty when there is no such capture. */
    Optional<byte[]> read(final long id) {
        return Optional.ofNullable(running.get(id)).map(capture -> {
            capture.reads.incrementAndGet();
            if (capture.over.get() && capture.buffer.isEmpty()) {
                running.remove(id, capture);
            }
            return capture.buffer.read(READ_BYTES);
        });
    }

    /** Takes no more packets; done with the final counts when the last is in, which {@link #read} then gives out; once it has nothing more, the capture is forgotten. */
    CompletableFuture<Optional<CaptureView>> stop(final long id) {
        final Running capture = running.get(id);
        return capture == null
                ? CompletableFuture.completedFuture(Optional.empty())
                : untap(capture).thenApply(done -> {
                    capture.over.set(true);
                    return Optional.of(view(id, capture));
                });
    }

    private CompletableFuture<Void> untap(final Running capture) {
        return CompletableFuture.allOf(stacks.values().stream()
                .map(stack -> stack.untapDevices(capture.buffer))
                .toArray(CompletableFuture<?>[]::new));
    }

    private CaptureView view(final long id, final Running capture) {
        return new CaptureView(member, id, capture.buffer.captured(), capture.buffer.dropped());
    }
}
