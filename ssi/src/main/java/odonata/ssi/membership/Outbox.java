package odonata.ssi.membership;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * What a member has told the coordinator and not heard back about: requests until they are answered, the CPUs' progress until
 * the replicated state shows it. So nothing is lost when the coordinator's host dies. Thread: the member's control thread.
 */
public final class Outbox {
    /** Requests under way at a time. */
    public static final int MAX_REQUESTS = 1000;

    private final int maxAttempts;
    private final Map<Long, Request> requests = new LinkedHashMap<>();
    private final TreeMap<Integer, Seat> progress = new TreeMap<>();
    private long nextId = 1;

    private static final class Request {
        private final CoordinatorMsg msg;
        private final CompletableFuture<Optional<String>> answer;
        private int attempts;

        Request(final CoordinatorMsg msg, final CompletableFuture<Optional<String>> answer) {
            this.msg = msg;
            this.answer = answer;
        }
    }

    /** Gives a request up after {@code maxAttempts} calls of {@link #due}. */
    public Outbox(final int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /** Takes a request; 0 if there are too many, and then the answer has failed. */
    public long add(final CoordinatorMsg msg, final CompletableFuture<Optional<String>> answer) {
        if (requests.size() >= MAX_REQUESTS) {
            answer.completeExceptionally(new IllegalStateException(
                    MAX_REQUESTS + " requests to the coordinator are unanswered: has the cluster a majority?"));
            return 0;
        }
        requests.put(nextId, new Request(msg, answer));
        return nextId++;
    }

    /** The coordinator has answered; an empty text means accepted. */
    public void answered(final long id, final String refusal) {
        final Request request = requests.remove(id);
        if (request != null) {
            request.answer.complete(refusal.isEmpty() ? Optional.empty() : Optional.of(refusal));
        }
    }

    /** Notes progress; reports are cumulative, so only the newest of each kind counts. */
    public void note(final Progress news) {
        progress.merge(
                news.cpu(),
                new Seat(news.cpu(), 0, news.applied(), news.tookOver(), news.passed()),
                (a, b) -> new Seat(
                        a.cpu(),
                        0,
                        Math.max(a.applied(), b.applied()),
                        Math.max(a.tookOver(), b.tookOver()),
                        Math.max(a.passed(), b.passed())));
    }

    /** Progress that {@code state} does not show. */
    public List<CoordinatorMsg> unseen(final ClusterState state) {
        final List<CoordinatorMsg> msgs = new ArrayList<>();
        for (final Seat mine : progress.values()) {
            state.seat(mine.cpu()).ifPresent(seen -> {
                if (mine.tookOver() > seen.tookOver()) {
                    msgs.add(new CoordinatorMsg.TookOver(mine.cpu(), mine.tookOver()));
                }
                if (mine.passed() > seen.passed()) {
                    msgs.add(new CoordinatorMsg.Passed(mine.cpu(), mine.passed()));
                }
                if (mine.applied() > Math.max(seen.applied(), Math.max(mine.tookOver(), mine.passed()))) {
                    msgs.add(new CoordinatorMsg.Applied(mine.cpu(), mine.applied()));
                }
            });
        }
        return msgs;
    }

    /** Requests to send again, by id; gives up those that were sent often enough. */
    public Map<Long, CoordinatorMsg> due() {
        final Map<Long, CoordinatorMsg> again = new LinkedHashMap<>();
        requests.entrySet().removeIf(entry -> {
            final Request request = entry.getValue();
            if (++request.attempts > maxAttempts) {
                request.answer.completeExceptionally(new TimeoutException(
                        "the coordinator did not answer " + request.msg + ": has the cluster a majority?"));
                return true;
            }
            again.put(entry.getKey(), request.msg);
            return false;
        });
        return again;
    }

    /** Fails what is unanswered. */
    public void close() {
        requests.values()
                .forEach(request ->
                        request.answer.completeExceptionally(new IllegalStateException("this member has stopped")));
        requests.clear();
    }
}
