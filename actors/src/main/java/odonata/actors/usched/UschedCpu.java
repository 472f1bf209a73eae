package odonata.actors.usched;

/** What a policy needs of its CPU. */
public interface UschedCpu {

    /** The thread that runs user code shall ask again before it goes on ({@code need_user_resched}). */
    void needUserResched();

    /** True since {@link #needUserResched}, until it is cleared. */
    boolean userReschedWanted();

    /** The request is being served. */
    void clearUserResched();

    /** The CPU's clock. */
    long nowNs();
}
