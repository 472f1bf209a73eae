package odonata.actors.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import odonata.actors.usched.Lwp;
import odonata.actors.usched.Usched;

/** A user scheduler that writes down what it is asked, and checks what must hold of any. */
public final class RecordingUsched implements Usched {
    /** Names of the calls, in order. */
    public final List<String> calls = new ArrayList<>();

    /** Times that a thread took the designation from another. */
    public int steals;

    private final Usched policy;

    /** Asks this policy. */
    public RecordingUsched(final Usched policy) {
        this.policy = policy;
    }

    @Override
    public boolean acquireCurproc(final Lwp lp) {
        calls.add("acquire");
        final Lwp before = policy.curproc();
        final boolean got = policy.acquireCurproc(lp);
        if (got && before != null && before != lp) {
            steals++;
            if (lp.priority() >= before.priority()) {
                throw new AssertionError("I56: " + lp + " took the designation from " + before);
            }
        }
        if (got != (policy.curproc() == lp) || got == lp.isQueued()) {
            throw new AssertionError("I55: " + lp + " got=" + got + ", designated is " + policy.curproc());
        }
        return got;
    }

    @Override
    public void releaseCurproc(final Lwp lp) {
        calls.add("release");
        policy.releaseCurproc(lp);
    }

    @Override
    public void setrunqueue(final Lwp lp) {
        calls.add("setrunqueue");
        policy.setrunqueue(lp);
    }

    @Override
    public void remrunqueue(final Lwp lp) {
        calls.add("remrunqueue");
        policy.remrunqueue(lp);
    }

    @Override
    public void schedulerclock(final Lwp lp) {
        calls.add("schedulerclock");
        policy.schedulerclock(lp);
    }

    @Override
    public void recalculateEstcpu(final Lwp lp) {
        calls.add("recalculate");
        policy.recalculateEstcpu(lp);
    }

    @Override
    public void resetpriority(final Lwp lp) {
        calls.add("resetpriority");
        policy.resetpriority(lp);
    }

    @Override
    public void forking(final Lwp parent, final Lwp child) {
        calls.add("forking");
        policy.forking(parent, child);
    }

    @Override
    public void exiting(final Lwp lp) {
        calls.add("exiting");
        policy.exiting(lp);
    }

    @Override
    public Lwp pull(final Predicate<Lwp> may) {
        calls.add("pull");
        return policy.pull(may);
    }

    @Override
    public int queued() {
        return policy.queued();
    }

    @Override
    public Lwp curproc() {
        return policy.curproc();
    }

    @Override
    public int upri() {
        return policy.upri();
    }
}
