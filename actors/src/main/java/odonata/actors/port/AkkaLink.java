package odonata.actors.port;

import akka.dispatch.Envelope;

/** A message of Akka's own, which keeps its place among the others. */
final class AkkaLink extends Link {
    private final Envelope envelope;

    AkkaLink(final Envelope envelope) {
        this.envelope = envelope;
    }

    Envelope envelope() {
        return envelope;
    }

    @Override
    boolean isUrgent() {
        return false;
    }
}
