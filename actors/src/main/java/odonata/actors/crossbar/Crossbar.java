package odonata.actors.crossbar;

/** API FIRST: filled next. A CPU's end of the crossbar. */
public final class Crossbar {
    private Crossbar() {}
}
