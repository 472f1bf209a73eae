package odonata.actors.lwkt;

/** Fixed thread priorities, larger is more urgent. Source: {@code TDPRI_*} in {@code sys/sys/thread.h}. */
public final class Pri {
    /** The idle thread; never on a run queue. */
    public static final int IDLE_THREAD = 0;

    /** Housekeeping in idle time. */
    public static final int IDLE_WORK = 1;

    /** Helper of the user scheduler. */
    public static final int USER_SCHEDULER = 2;

    /** User thread, idle class. */
    public static final int USER_IDLE = 4;

    /** User thread, normal class. */
    public static final int USER_NORM = 6;

    /** User thread, realtime class. */
    public static final int USER_REAL = 8;

    /** Helper of the user scheduler, low. */
    public static final int KERN_LPSCHED = 9;

    /** User thread while inside the kernel. */
    public static final int KERN_USER = 10;

    /** Default of kernel threads; protocol threads run here. */
    public static final int KERN_DAEMON = 12;

    /** Software interrupt threads. */
    public static final int SOFT_NORM = 14;

    /** Software interrupt of the timer. */
    public static final int SOFT_TIMER = 16;

    /** Supports interrupt threads. */
    public static final int INT_SUPPORT = 20;

    /** Interrupt thread, low. */
    public static final int INT_LOW = 27;

    /** Interrupt thread, usual. */
    public static final int INT_MED = 28;

    /** Interrupt thread, high. */
    public static final int INT_HIGH = 29;

    /** The most urgent priority. */
    public static final int MAX = 31;

    private Pri() {}
}
