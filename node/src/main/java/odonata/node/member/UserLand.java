package odonata.node.member;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import odonata.actors.caps.CapsCpu;
import odonata.actors.cpu.Cpu;
import odonata.actors.cpu.Machine;
import odonata.actors.inetd.Inetd;
import odonata.actors.kv.KvCounters;
import odonata.actors.kv.KvSettings;
import odonata.actors.net.Netstack;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Procs;
import odonata.actors.usched.Bsd4;
import odonata.config.ServiceSettings;
import odonata.node.httpd.HttpService;
import odonata.node.kvd.Commands;
import odonata.node.kvd.KvService;
import odonata.node.kvd.ServerInfo;
import odonata.ssi.membership.ClusterState;
import odonata.ssi.names.ClusterPeers;

/** The processes of a member: what it serves at the cluster's address; their named services are those of all members. */
final class UserLand {
    private final ClusterPeers peers;
    private final Map<Integer, KvCounters> keys;

    private UserLand(final ClusterPeers peers, final Map<Integer, KvCounters> keys) {
        this.peers = peers;
        this.keys = keys;
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
        final KvSettings limits = new KvSettings(services.kvMaxMemory(), services.kvMaxValue());
        final Map<Integer, KvCounters> keys = new LinkedHashMap<>();
        for (final Cpu cpu : machine.cpus()) {
            final ProcCpu part = procs.of(cpu);
            stacks.get(cpu.id()).sockets().serve(part);
            keys.put(cpu.id(), stacks.get(cpu.id()).keys(part, limits).counters());
        }
        final ServerInfo info = new ServerInfo(version(), member, limits, List.copyOf(keys.values()));
        procs.parts().stream()
                .limit(services.oneAcceptor() ? 1 : Integer.MAX_VALUE)
                .forEach(part -> {
                    if (services.simple()) {
                        Inetd.start(part);
                    }
                    start(part, services, new Commands(services.kvMaxValue(), info));
                });
        return new UserLand(peers, keys);
    }

    private static void start(final ProcCpu part, final ServiceSettings services, final Commands commands) {
        final Optional<Path> root = Optional.of(services.httpRoot())
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
        if (services.httpPort() != 0) {
            Inetd.exec(part, "httpd", services.httpPort(), new HttpService(root));
        }
        if (services.kvPort() != 0) {
            Inetd.exec(part, "kvd", services.kvPort(), new KvService(commands));
        }
    }

    private static String version() {
        return Optional.ofNullable(UserLand.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** What each CPU counts about its keys. */
    Map<Integer, KvCounters> keys() {
        return keys;
    }

    /** A newer state of the cluster. */
    void follow(final ClusterState state) {
        peers.onState(state);
    }
}
