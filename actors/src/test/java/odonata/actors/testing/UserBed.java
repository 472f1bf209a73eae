package odonata.actors.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import odonata.actors.caps.CapsCpu;
import odonata.actors.port.Msg;
import odonata.actors.port.Port;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Image;
import odonata.actors.proc.Proc;
import odonata.actors.proc.Procs;
import odonata.actors.usched.Bsd4;
import odonata.actors.usched.SchedParam;
import odonata.actors.usched.Usched;

/** A machine in virtual time with user processes and named services. */
public final class UserBed implements AutoCloseable {
    /** A user who is not root. */
    public static final Cred ALICE = Cred.of(1001, 100);

    /** Another. */
    public static final Cred BOB = Cred.of(1002, 200);

    /** The machine. */
    public final Bed bed;

    /** Its processes. */
    public final Procs procs;

    /** The user schedulers of each CPU, one CPU after the other. */
    public final List<RecordingUsched> uscheds = new ArrayList<>();

    private UserBed(final int cpus, final List<Usched.Policy> policies) {
        bed = Bed.virtual(cpus);
        procs = Procs.create(
                bed.machine(),
                policies.stream()
                        .map(policy -> new Usched.Policy(policy.name(), recording(policy.factory())))
                        .toList());
        CapsCpu.attach(procs);
        bed.start();
    }

    private Usched.Factory recording(final Usched.Factory policy) {
        return cpu -> {
            final RecordingUsched recording = new RecordingUsched(policy.create(cpu));
            uscheds.add(recording);
            return recording;
        };
    }

    /** CPUs 0..n-1 with the default policy. */
    public static UserBed of(final int cpus) {
        return of(cpus, Bsd4::new);
    }

    /** CPUs 0..n-1 with another policy. */
    public static UserBed of(final int cpus, final Usched.Factory policy) {
        return new UserBed(cpus, List.of(new Usched.Policy("default", policy)));
    }

    /** CPUs 0..n-1 with policies to choose from. */
    public static UserBed of(final int cpus, final List<Usched.Policy> policies) {
        return new UserBed(cpus, policies);
    }

    /** A probe that waits for what it is told. */
    public Proc exec(final int cpu, final Cred cred) {
        return exec(cpu, cred, SchedParam.normal(0), probe -> {});
    }

    /** A probe that begins with a function. */
    public Proc exec(final int cpu, final Cred cred, final SchedParam param, final Consumer<UserProbe> main) {
        return procs.parts().get(cpu).exec(image(main), cred, param);
    }

    /** A program that is a probe and begins with a function. */
    public static Image<UserProbe.Cmd> image(final Consumer<UserProbe> main) {
        return new Image<>("probe", td -> new UserProbe(td, main));
    }

    /** Tells a process to do something, and lets virtual time run until all is quiet. */
    public void tell(final Proc proc, final Consumer<UserProbe> function) {
        post(proc, function);
        bed.quiet();
    }

    /** Tells a process to do something. */
    public void post(final Proc proc, final Consumer<UserProbe> function) {
        bed.cpu(proc.port().cpu()).injectMsg(port(proc), Msg.init(new UserProbe.Cmd.Do(function), Port.adone()));
    }

    /** The port of a process that is a probe. */
    @SuppressWarnings("unchecked") // all processes made here are probes
    public static Port<UserProbe.Cmd> port(final Proc proc) {
        return (Port<UserProbe.Cmd>) proc.port();
    }

    @Override
    public void close() {
        bed.close();
    }
}
