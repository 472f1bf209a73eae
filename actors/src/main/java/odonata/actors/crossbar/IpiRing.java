package odonata.actors.crossbar;

/** API FIRST: filled next. */
public final class IpiRing {
    private IpiRing() {}
}
