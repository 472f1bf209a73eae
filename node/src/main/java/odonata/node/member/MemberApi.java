package odonata.node.member;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import odonata.node.capture.CaptureRequest;
import odonata.node.capture.CaptureView;
import odonata.node.http.ConnectionFilter;
import odonata.node.http.ConnectionsQuery;
import odonata.node.http.ConnectionsView;
import odonata.node.http.DevicesView;
import odonata.node.http.FindQuery;
import odonata.node.http.FoundView;
import odonata.node.http.Health;
import odonata.node.http.NodeApi;
import odonata.node.http.RoutesView;
import odonata.node.http.Sample;
import odonata.node.http.ThreadsView;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.Json;
import odonata.node.snapshot.LoadView;
import odonata.node.snapshot.MemberView;
import odonata.node.snapshot.ReplayView;
import odonata.node.trace.TraceRequest;
import odonata.node.trace.TraceView;
import odonata.ssi.membership.ClusterMember;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.membership.Member;
import odonata.ssi.membership.MemberState;

/** Answers the HTTP interface. Threads: the HTTP server's; reads what others publish. */
final class MemberApi implements NodeApi {
    /** What a member is asked when it shall end at once. */
    static final String HALT = "halt";

    /** How a question for connections begins; limit and words follow. */
    private static final String FIND = "find ";

    private static final Duration ASK = Duration.ofSeconds(3);

    private final Pictures pictures;
    private final WallTime time;
    private final long staleMs;
    private volatile Optional<ClusterMember> control = Optional.empty();
    private volatile Optional<Assembly> assembly = Optional.empty();
    private volatile boolean ready;

    MemberApi(final Pictures pictures, final WallTime time, final long staleMs) {
        this.pictures = pictures;
        this.time = time;
        this.staleMs = staleMs;
    }

    void joined(final ClusterMember member, final Assembly parts) {
        control = Optional.of(member);
        assembly = Optional.of(parts);
    }

    void ready(final boolean on) {
        ready = on;
    }

    @Override
    public ClusterSnapshot snapshot() {
        return pictures.last();
    }

    @Override
    public Health health() {
        final Optional<ClusterState> state = control.flatMap(ClusterMember::state);
        if (state.isEmpty() || assembly.isEmpty()) {
            return new Health(false, false, 0, 0, 0, List.of("this member has not joined yet"));
        }
        final List<String> reasons = reasons(state.get(), assembly.get());
        final int up = (int) state.get().members().stream()
                .filter(m -> m.state() == MemberState.UP)
                .count();
        return new Health(
                ready,
                reasons.isEmpty() && ready,
                assembly.get().self().id(),
                state.get().members().size(),
                up,
                reasons);
    }

    private List<String> reasons(final ClusterState state, final Assembly parts) {
        final List<String> reasons = new ArrayList<>();
        for (final Member member : state.members()) {
            if (member.state() != MemberState.UP) {
                reasons.add("member " + member.id() + " is " + member.state().label());
            }
        }
        parts.unconnected(state).forEach(id -> reasons.add("no link to member " + id));
        if (!state.moves().isEmpty()) {
            reasons.add(state.moves().size() + " buckets are on the move");
        } else if (!state.settled()) {
            reasons.add("not every CPU has the newest bucket map");
        }
        pictures.last().members().stream()
                .filter(m -> state.member(m.id()).isPresent() && m.ageMs() > staleMs)
                .forEach(m -> reasons.add("member " + m.id() + " was not heard of for " + m.ageMs() / 1000 + " s"));
        return reasons;
    }

    @Override
    public List<Sample> counters() {
        return assembly.map(parts -> CounterSamples.of(parts, pictures.last())).orElse(List.of());
    }

    @Override
    public CompletionStage<Outcome> drain(final int member) {
        final String missing = whyNot(member);
        if (!missing.isEmpty()) {
            return done(false, missing);
        }
        return control.orElseThrow()
                .drain(member)
                .handle((refused, failure) -> outcome(refused, failure, "member " + member + " drains"));
    }

    @Override
    public CompletionStage<Outcome> kill(final int member) {
        final String missing = whyNot(member);
        if (!missing.isEmpty()) {
            return done(false, missing);
        }
        if (assembly.orElseThrow().self().id() == member) {
            Halt.soon();
            return done(true, "member " + member + " ends now");
        }
        final Optional<ProcessHandle> here = processHere(member);
        if (here.isPresent()) {
            return done(here.get().destroyForcibly(), "member " + member + " was killed");
        }
        return control.orElseThrow()
                .ask(member, HALT, ASK)
                .handle((text, failure) -> failure == null
                        ? new Outcome(true, "member " + member + " ends now")
                        : new Outcome(false, "member " + member + " does not answer"));
    }

    /** Its process, when it runs on this machine: it is killed even if it no longer answers. */
    private Optional<ProcessHandle> processHere(final int member) {
        final String host = hostOf(assembly.orElseThrow().self().address());
        return pictures.last().members().stream()
                .filter(m ->
                        m.id() == member && m.pid() > 0 && hostOf(m.address()).equals(host))
                .map(MemberView::pid)
                .findFirst()
                .flatMap(ProcessHandle::of);
    }

    private static String hostOf(final String address) {
        return address.substring(0, Math.max(0, address.lastIndexOf(':')));
    }

    @Override
    public CompletionStage<Outcome> rebalance() {
        if (control.isEmpty()) {
            return done(false, "this member has not joined yet");
        }
        final List<Long> load = Arrays.stream(pictures.last().buckets().packetsPerS())
                .mapToObj(Math::round)
                .toList();
        if (load.isEmpty() || load.stream().allMatch(x -> x == 0)) {
            return done(false, "there is no load by which to rebalance");
        }
        return control.get()
                .rebalance(load)
                .handle((refused, failure) -> outcome(refused, failure, "buckets move towards even load"));
    }

    private String whyNot(final int member) {
        final Optional<ClusterState> state = control.flatMap(ClusterMember::state);
        if (state.isEmpty() || assembly.isEmpty()) {
            return "this member has not joined yet";
        }
        return state.get().member(member).isPresent() ? "" : "there is no member " + member;
    }

    private static Outcome outcome(final Optional<String> refused, final Throwable failure, final String text) {
        if (failure != null) {
            return new Outcome(false, "the coordinator did not take it: " + failure.getMessage());
        }
        return refused.map(why -> new Outcome(false, why)).orElseGet(() -> new Outcome(true, text));
    }

    private static CompletionStage<Outcome> done(final boolean accepted, final String text) {
        return CompletableFuture.completedFuture(new Outcome(accepted, text));
    }

    @Override
    public CompletionStage<ThreadsView> threads() {
        return assembly.map(parts -> parts.threads())
                .orElseGet(() -> CompletableFuture.completedFuture(new ThreadsView(0, List.of())));
    }

    @Override
    public CompletionStage<ConnectionsView> connections(final ConnectionsQuery query) {
        return assembly.map(parts -> parts.connections(query))
                .orElseGet(() -> CompletableFuture.completedFuture(new ConnectionsView(0, 0, List.of())));
    }

    /** Asks all members that serve; one that does not answer is named. */
    @Override
    public CompletionStage<FoundView> find(final FindQuery query) {
        if (control.isEmpty() || assembly.isEmpty()) {
            return CompletableFuture.completedFuture(FoundView.NONE);
        }
        final ConnectionFilter filter = query.filter();
        final List<CompletableFuture<FoundView>> asked = control.get().state().stream()
                .flatMap(state -> state.members().stream())
                .filter(member -> member.state() != MemberState.JOINING)
                .map(member -> find(member.id(), filter, query))
                .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> FoundView.merge(
                        asked.stream().map(CompletableFuture::join).toList(), query.limit()));
    }

    private CompletableFuture<FoundView> find(final int member, final ConnectionFilter filter, final FindQuery query) {
        if (!filter.member(member)) {
            return CompletableFuture.completedFuture(FoundView.NONE);
        }
        if (member == assembly.orElseThrow().self().id()) {
            return assembly.orElseThrow().find(query);
        }
        return control.orElseThrow()
                .ask(member, FIND + query.limit() + " " + query.words(), ASK)
                .thenApply(text -> Json.read(text.getBytes(StandardCharsets.UTF_8), FoundView.class))
                .exceptionally(failure -> FoundView.silent(member))
                .toCompletableFuture();
    }

    /** A question of another member's for what this one has; empty: it is none. */
    Optional<CompletionStage<String>> answer(final String question) {
        final String[] words = question.split(" ", 3);
        if (!question.startsWith(FIND) || words.length < 3) {
            return Optional.empty();
        }
        try {
            final FindQuery query = new FindQuery(words[2], Integer.parseInt(words[1]));
            return assembly.map(parts ->
                    parts.find(query).thenApply(found -> new String(Json.bytes(found), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.of(CompletableFuture.failedFuture(e));
        }
    }

    @Override
    public CompletionStage<RoutesView> routes() {
        return assembly.map(Assembly::routes)
                .orElseGet(() -> CompletableFuture.completedFuture(new RoutesView(0, List.of())));
    }

    @Override
    public CompletionStage<Outcome> trace(final TraceRequest request) {
        if (assembly.isEmpty()) {
            return done(false, "this member has not joined yet");
        }
        assembly.get().trace().start(request);
        return done(true, "recording");
    }

    @Override
    public CompletionStage<TraceView> endTrace() {
        return assembly.map(parts -> parts.trace().stop())
                .orElseGet(() -> CompletableFuture.completedFuture(new TraceView(0, "", 0, List.of())));
    }

    @Override
    public CompletionStage<DevicesView> devices() {
        return assembly.map(Assembly::devices)
                .orElseGet(() -> CompletableFuture.completedFuture(new DevicesView(0, List.of())));
    }

    @Override
    public Optional<CaptureView> capture(final CaptureRequest request) {
        return assembly.flatMap(parts -> parts.capture().start(request));
    }

    @Override
    public Optional<byte[]> captured(final long id) {
        return assembly.flatMap(parts -> parts.capture().read(id));
    }

    @Override
    public CompletionStage<Optional<CaptureView>> endCapture(final long id) {
        return assembly.map(parts -> parts.capture().stop(id))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    @Override
    public void load(final LoadView view) {
        pictures.load(view, time.nowMs());
    }

    @Override
    public void replay(final ReplayView view) {
        pictures.replay(view, time.nowMs());
    }

    @Override
    public void event(final String kind, final String text) {
        pictures.event(kind, text, 0, time.nowMs());
    }
}
