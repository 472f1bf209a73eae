package odonata.actors.caps;

/** What the kernels of two members send each other, for the registry of types; nobody else can make one. */
public final class CapsWire {
    /** To a member that may have the name. */
    public static final Class<?> LOOKUP = CapsCmd.Lookup.class;

    /** A client's request. */
    public static final Class<?> REQUEST = CapsCmd.Request.class;

    /** The reply was taken. */
    public static final Class<?> DISPOSE = CapsCmd.Dispose.class;

    /** Never replied while the member lives. */
    public static final Class<?> WATCH = CapsCmd.Watch.class;

    /** Result of a request. */
    public static final Class<?> ANSWER = CapsCmd.Answer.class;

    /** What a service is found by. */
    public static final Class<?> KEY = CapsKey.class;

    /** Result of a look-up. */
    public static final Class<?> SERVICE_REF = ServiceRef.class;

    private CapsWire() {}
}
