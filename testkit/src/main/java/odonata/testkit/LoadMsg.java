package odonata.testkit;

/** Commands of the load's threads. */
public sealed interface LoadMsg permits Call, LoadMsg.Start, LoadMsg.Flood {

    /** To a caller: send something now and then until that time. */
    record Start(long untilNs) implements LoadMsg {}

    /** To a caller: send to all, as fast as can be. */
    record Flood(int perTarget) implements LoadMsg {}
}
