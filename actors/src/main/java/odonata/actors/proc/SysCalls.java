package odonata.actors.proc;

import java.util.Set;
import odonata.actors.cpu.Callout;
import odonata.actors.port.Msg;
import odonata.actors.usched.SchedParam;
import odonata.protocol.errno.NetError;

/** Serves the calls of {@link Sys} on one CPU. */
final class SysCalls {
    private final ProcCpu procs;

    SysCalls(final ProcCpu procs) {
        this.procs = procs;
    }

    void register() {
        procs.register(Sys.Getpid.class, (caller, msg) -> procs.sysReturn(msg, NetError.OK, caller.pid()));
        procs.register(Sys.Getppid.class, (caller, msg) -> procs.sysReturn(msg, NetError.OK, caller.ppid()));
        procs.register(Sys.Setuid.class, this::setuid);
        procs.register(Sys.Setpriority.class, this::setpriority);
        procs.register(Sys.UschedSet.class, this::uschedSet);
        procs.register(Sys.Nanosleep.class, this::nanosleep);
        procs.register(Sys.Fork.class, this::fork);
        procs.register(Sys.Wait4.class, this::wait4);
        procs.register(Sys.Kill.class, this::kill);
        procs.register(Sys.Sigaction.class, this::sigaction);
        procs.register(Sys.Sigprocmask.class, this::sigprocmask);
    }

    private NetError setuid(final Proc caller, final Msg<Sys.Setuid> msg) {
        final Cred cred = caller.cred();
        final int uid = msg.command().uid();
        if (!cred.isRoot() && uid != cred.uid()) {
            return NetError.EPERM;
        }
        caller.cred(new Cred(uid, uid, cred.gid(), cred.groups()));
        return NetError.OK;
    }

    private NetError setpriority(final Proc caller, final Msg<Sys.Setpriority> msg) {
        final int nice = msg.command().nice();
        if (nice < SchedParam.NICE_MIN || nice > SchedParam.NICE_MAX) {
            return NetError.EINVAL;
        }
        if (nice < caller.nice() && !caller.cred().isRoot()) {
            return NetError.EACCES;
        }
        final SchedParam before = caller.lwp().param();
        caller.lwp().param(new SchedParam(before.userClass(), before.fixed(), nice));
        procs.usched().resetpriority(caller.lwp());
        return NetError.OK;
    }

    private NetError uschedSet(final Proc caller, final Msg<Sys.UschedSet> msg) {
        final UschedCmd what = msg.command().what();
        if (what != UschedCmd.GetCpu.INSTANCE && !caller.cred().isRoot()) {
            return NetError.EPERM;
        }
        final NetError error = usched(caller, what);
        return error == NetError.OK ? procs.sysReturn(msg, NetError.OK, caller.goesOnAt()) : error;
    }

    private NetError usched(final Proc caller, final UschedCmd what) {
        final Affinity affinity = caller.affinity();
        if (what instanceof UschedCmd.SetScheduler to) {
            return procs.usched().change(caller.lwp(), to.name()) ? NetError.OK : NetError.EINVAL;
        } else if (what instanceof UschedCmd.SetCpu only) {
            return procs.restrict(caller, Set.of(only.cpu()));
        } else if (what instanceof UschedCmd.AddCpu more) {
            return procs.restrict(caller, affinity.with(more.cpu()));
        } else if (what instanceof UschedCmd.DelCpu less) {
            return procs.restrict(caller, affinity.without(less.cpu()));
        }
        return NetError.OK;
    }

    private NetError nanosleep(final Proc caller, final Msg<Sys.Nanosleep> msg) {
        if (msg.command().ns() < 0) {
            return NetError.EINVAL;
        }
        final Callout alarm = procs.cpu().callout(() -> procs.sysReturn(msg, NetError.OK, null));
        alarm.reset(msg.command().ns());
        return procs.sysSleep(caller, msg, alarm::stop);
    }

    private NetError fork(final Proc caller, final Msg<Sys.Fork> msg) {
        procs.fork(
                caller,
                msg.command().image(),
                child -> procs.sysReturn(msg, NetError.OK, new Sys.Child(child.pid(), child.port())));
        return NetError.EASYNC;
    }

    private NetError wait4(final Proc caller, final Msg<Sys.Wait4> msg) {
        final Family family = caller.family();
        final Sys.Waited child = family.reap(msg.command());
        if (child != null) {
            return procs.sysReturn(msg, NetError.OK, child);
        }
        if (!family.has(msg.command().pid())) {
            return NetError.ECHILD;
        }
        if (msg.command().options().contains(Sys.WaitOption.WNOHANG)) {
            return NetError.OK;
        }
        family.waits(msg);
        return procs.sysSleep(caller, msg, () -> family.waitsNoMore(msg));
    }

    private NetError kill(final Proc caller, final Msg<Sys.Kill> msg) {
        procs.kill(
                caller.cred(), msg.command().pid(), msg.command().signal(), error -> procs.sysReturn(msg, error, null));
        return NetError.EASYNC;
    }

    private NetError sigaction(final Proc caller, final Msg<Sys.Sigaction> msg) {
        final Signal signal = msg.command().signal();
        if (signal.isForced()) {
            return NetError.EINVAL;
        }
        final SigAction before = caller.signals().actionOf(signal);
        caller.signals().action(signal, msg.command().action());
        return procs.sysReturn(msg, NetError.OK, before);
    }

    private NetError sigprocmask(final Proc caller, final Msg<Sys.Sigprocmask> msg) {
        final Set<Signal> before = caller.signals().blocked();
        caller.signals().block(msg.command().blocked());
        return procs.sysReturn(msg, NetError.OK, before);
    }
}
