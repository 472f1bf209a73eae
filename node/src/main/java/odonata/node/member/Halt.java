package odonata.node.member;

/** Ends this process as SIGKILL does: no hook runs, nobody is told. */
final class Halt {
    private static final int KILLED = 137;
    private static final long LET_ANSWER_OUT_MS = 100;

    private Halt() {}

    /** In a moment, so that the answer to who asked for it still leaves. */
    static void soon() {
        final Thread thread = new Thread(
                () -> {
                    try {
                        Thread.sleep(LET_ANSWER_OUT_MS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(KILLED);
                },
                "halt");
        thread.setDaemon(true);
        thread.start();
    }
}
