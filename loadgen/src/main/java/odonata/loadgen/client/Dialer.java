package odonata.loadgen.client;

/** Makes connections to the server, for one thread. What happens to a connection is told on that thread. */
public interface Dialer {

    /** Begins a connection; after this call {@link Events#connected} or {@link Events#failed} follows. */
    Line dial(Events events);

    /** One connection. */
    interface Line {
        /** Sends bytes, which must not be changed until {@link Events#sent}; nothing else may be sent until then. */
        void send(byte[] data, int offset, int length);

        /** Ends it in peace; no event follows. */
        void close();

        /** Ends it with a reset; no event follows. */
        void abort();
    }

    /** What happens to a connection. */
    interface Events {
        /** It is there. */
        void connected();

        /** Bytes came; they are the receiver's only during the call. */
        void received(byte[] data, int offset, int length);

        /** All of the last {@link Line#send} is taken. */
        void sent();

        /** The peer sends no more. */
        void ended();

        /** It is over; {@code error} is a name of errno(2). No event follows. */
        void failed(String error);
    }
}
