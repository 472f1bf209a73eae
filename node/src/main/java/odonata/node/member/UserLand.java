package odonata.node.member;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import odonata.actors.caps.CapsCpu;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Machine;
import odonata.actors.inetd.Inetd;
import odonata.actors.net.Netstack;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Procs;
import odonata.actors.usched.Bsd4;
import odonata.config.ServiceSettings;
import odonata.node.httpd.HttpService;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.names.ClusterPeers;

/** The processes of a member: what it serves at the cluster's address; their named services are those of all members. */
final class UserLand {
    private final ClusterPeers peers;

    private UserLand(final ClusterPeers peers) {
        this.peers = peers;
    }

    /** Gives a machine processes, and starts those that the settings want, on each CPU; before the machine is started. */
    static UserLand of(
            final int member,
            final Machine machine,
            final Map<Integer, Netstack> stacks,
            final ServiceSettings services) {
        final Procs procs = Procs.create(machine, Bsd4::new);
        final ClusterPeers peers = new ClusterPeers(member);
        CapsCpu.attach(procs, peers);
        final Optional<Path> root = Optional.of(services.httpRoot())
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
        for (final Cpu cpu : machine.cpus()) {
            final ProcCpu part = procs.of(cpu);
            stacks.get(cpu.id()).sockets().serve(part);
            if (services.simple()) {
                Inetd.start(part);
            }
            if (services.httpPort() != 0) {
                Inetd.exec(part, "httpd", services.httpPort(), new HttpService(root));
            }
        }
        return new UserLand(peers);
    }

    /** A newer state of the cluster. */
    void follow(final ClusterState state) {
        peers.onState(state);
    }
}
