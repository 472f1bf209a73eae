package odonata.ssi.membership;

import akka.cluster.ddata.Key;
import akka.cluster.ddata.ReplicatedData;
import odonata.ssi.codec.Wire;

/** The cluster's state as Distributed Data carries it: the higher version wins. No version names two states. */
record ReplicatedState(ClusterState state) implements ReplicatedData, Wire {
    /** The one key of the control plane. */
    static final Key<ReplicatedState> KEY = new StateKey();

    @Override
    public ReplicatedData merge(final ReplicatedData that) {
        return newer((ReplicatedState) that);
    }

    /** The one with the higher version. */
    ReplicatedState newer(final ReplicatedState that) {
        return that.state.version() > state.version() ? that : this;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof ReplicatedState that && state.version() == that.state.version();
    }

    @Override
    public int hashCode() {
        return Long.hashCode(state.version());
    }

    @Override
    public String toString() {
        return "ReplicatedState[version=" + state.version() + "]";
    }

    private static final class StateKey extends Key<ReplicatedState> {
        private static final long serialVersionUID = 1L;

        StateKey() {
            super("odonata-state");
        }
    }
}
