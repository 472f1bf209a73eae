package odonata.actors.inetd;

import java.util.List;
import odonata.actors.net.Netstack;
import odonata.actors.proc.Cred;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Procs;
import odonata.actors.usched.SchedParam;

/** Starts the simple services on every CPU of a machine. */
public final class Inetd {
    /** Whom they run as. */
    private static final Cred NOBODY = Cred.of(65_534, 65_534);

    private Inetd() {}

    /** Each service is a process of its own on each CPU; {@code stacks} in the order of the CPUs. On their carriers, or before the start. */
    public static void start(final Procs procs, final List<Netstack> stacks) {
        for (int i = 0; i < stacks.size(); i++) {
            stacks.get(i).sockets().serve(procs.parts().get(i));
            start(procs.parts().get(i));
        }
    }

    /** The services of one CPU, where processes have {@link odonata.actors.uipc.SockCpu#serve sockets}. */
    public static void start(final ProcCpu procs) {
        exec(procs, "echod", Services.ECHO_PORT, Services.echo());
        exec(procs, "discardd", Services.DISCARD_PORT, Services.discard());
        exec(procs, "chargend", Services.CHARGEN_PORT, Services.chargen());
    }

    /** One more service on one CPU, where processes have sockets; it stays there. */
    public static Proc exec(final ProcCpu procs, final String name, final int port, final StreamService service) {
        return procs.execHere(StreamServer.image(name, port, service), NOBODY, SchedParam.normal(0));
    }
}
