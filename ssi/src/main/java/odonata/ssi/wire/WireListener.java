package odonata.ssi.wire;

import java.util.concurrent.CompletionStage;

/** What a member's wire tells the node. Called on the receiving agent's thread; must not block. */
public interface WireListener {

    /** A load generator said hello to this member; called again once a second until {@link WireHub#attach}. */
    void hello(WireAddress address);

    /**
     * A load generator sends no more; all its packets that came to this member have been pulled from the device.
     *
     * @return done when no answer to them follows; then the load generator is told so
     */
    CompletionStage<Void> bye(int client);

    /** A load generator has left, or vanished without a word: the node detaches it. Called once. */
    void gone(int client, boolean vanished);
}
