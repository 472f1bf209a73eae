package odonata.node.http;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import odonata.node.capture.CaptureRequest;
import odonata.node.capture.CaptureView;
import odonata.node.snapshot.ClusterSnapshot;
import odonata.node.snapshot.LoadView;
import odonata.node.snapshot.ReplayView;
import odonata.node.trace.TraceRequest;
import odonata.node.trace.TraceView;

/** What the HTTP interface asks of the member. Called from the server's threads; returns at once. */
public interface NodeApi {

    /** The newest picture. */
    ClusterSnapshot snapshot();

    /** Whether the cluster is whole. */
    Health health();

    /** This member's counters. */
    List<Sample> counters();

    /** Starts to drain a member. */
    CompletionStage<Outcome> drain(int member);

    /** Ends a member's process at once. */
    CompletionStage<Outcome> kill(int member);

    /** Spreads the buckets by load. */
    CompletionStage<Outcome> rebalance();

    /** Notes what a load generator says. */
    void load(LoadView view);

    /** Notes what a replay says. */
    void replay(ReplayView view);

    /** Notes an event of kind load or replay. */
    void event(String kind, String text);

    /** What this member's threads do. */
    CompletionStage<ThreadsView> threads();

    /** The route tables of this member's CPUs. */
    CompletionStage<RoutesView> routes();

    /** The TCP connections and listeners of this member's CPUs, and their UDP sockets. */
    CompletionStage<ConnectionsView> connections(ConnectionsQuery query);

    /** Connections of the whole cluster that somebody looks for. */
    CompletionStage<FoundView> find(FindQuery query);

    /** Lets this member's CPUs record what they do. */
    CompletionStage<Outcome> trace(TraceRequest request);

    /** Ends that, with what they recorded. */
    CompletionStage<TraceView> endTrace();

    /** The network devices of this member. */
    CompletionStage<DevicesView> devices();

    /** Begins to capture packets at this member's devices; empty when too many do already. */
    Optional<CaptureView> capture(CaptureRequest request);

    /** What a capture has since the last call, as a capture file; empty when there is no such capture. */
    Optional<byte[]> captured(long id);

    /** Ends a capture, with its final counts; what is left is still given out. Empty when there is no such capture. */
    CompletionStage<Optional<CaptureView>> endCapture(long id);

    /**
     * Answer to an administrative request.
     *
     * @param accepted whether it was taken on
     * @param text what happens now, or why not
     */
    record Outcome(boolean accepted, String text) {}
}
