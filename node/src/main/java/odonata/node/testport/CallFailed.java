package odonata.node.testport;

import odonata.protocol.errno.NetError;

/** A request that ends with an error before any call is made. */
final class CallFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final NetError error;

    CallFailed(final NetError error) {
        super(error.name(), null, false, false);
        this.error = error;
    }

    NetError error() {
        return error;
    }
}
