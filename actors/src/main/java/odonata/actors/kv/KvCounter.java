package odonata.actors.kv;

/** What the owner of keys counts on its CPU. */
public enum KvCounter {
    /** Commands for a key or a bucket that were served here. */
    COMMANDS("kv.commands", true, "commands"),
    /** Reads that found their key. */
    HITS("kv.hits", true, "commands"),
    /** Reads that did not. */
    MISSES("kv.misses", true, "commands"),
    /** Keys here now, with those whose time is up and that were not removed yet. */
    KEYS("kv.keys", false, "keys"),
    /** Memory that they are counted for. */
    BYTES("kv.bytes", false, "bytes"),
    /** Commands of clients here for keys of another CPU of this member. */
    TO_CPU("kv.forwarded_cpu", true, "commands"),
    /** Commands of clients here for keys of another member. */
    TO_MEMBER("kv.forwarded_member", true, "commands"),
    /** Commands passed on because their bucket had moved. */
    CHASED("kv.chased", true, "commands"),
    /** Commands that had to wait for a bucket on its way. */
    HOLDS("kv.holds", true, "commands"),
    /** Keys removed because their time was up. */
    EXPIRED("kv.expired", true, "keys"),
    /** Commands refused because of {@code max-memory}. */
    OOM("kv.oom", true, "commands"),
    /** Keys given to the new owner of their bucket. */
    GIVEN("kv.given", true, "keys"),
    /** Keys that came with their bucket. */
    ADOPTED("kv.adopted", true, "keys"),
    /** Keys that were to go to a member that is gone, or whose bucket somebody else had got meanwhile. */
    LOST("kv.lost", true, "keys");

    private final String sysctl;
    private final boolean rises;
    private final String unit;

    KvCounter(final String sysctl, final boolean rises, final String unit) {
        this.sysctl = sysctl;
        this.rises = rises;
        this.unit = unit;
    }

    /** Name. */
    public String sysctl() {
        return sysctl;
    }

    /** False for what goes up and down. */
    public boolean rises() {
        return rises;
    }

    /** Unit. */
    public String unit() {
        return unit;
    }
}
