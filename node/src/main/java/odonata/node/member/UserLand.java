package odonata.node.member;

import java.nio.file.Path;
import java.util.ArrayList;
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
import odonata.actors.proc.Cred;
import odonata.actors.proc.Proc;
import odonata.actors.proc.ProcCpu;
import odonata.actors.proc.Procs;
import odonata.actors.proc.Signal;
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
    private final List<Server> servers;

    /** A process that ends when it is asked to, and the CPU that it was started on. */
    private record Server(ProcCpu part, Proc proc) {}

    private UserLand(final ClusterPeers peers, final Map<Integer, KvCounters> keys, final List<Server> servers) {
        this.peers = peers;
        this.keys = keys;
        this.servers = servers;
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
        final List<Server> servers = new ArrayList<>();
        procs.parts().stream()
                .limit(services.oneAcceptor() ? 1 : Integer.MAX_VALUE)
                .forEach(part -> {
                    if (services.simple()) {
                        Inetd.start(part);
                    }
                    servers.addAll(start(part, services, new Commands(services.kvMaxValue(), info)));
                });
        return new UserLand(peers, keys, servers);
    }

    private static List<Server> start(final ProcCpu part, final ServiceSettings services, final Commands commands) {
        final List<Server> started = new ArrayList<>();
        final Optional<Path> root = Optional.of(services.httpRoot())
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
        if (services.httpPort() != 0) {
            started.add(new Server(part, Inetd.exec(part, "httpd", services.httpPort(), new HttpService(root))));
        }
        if (services.kvPort() != 0) {
            started.add(new Server(part, Inetd.exec(part, "kvd", services.kvPort(), new KvService(commands))));
        }
        return started;
    }

    /** This member leaves: its web and key-value servers answer what is under way, close their connections, and end. Any thread. */
    void terminate() {
        for (final Server server : servers) {
            final ProcCpu part = server.part();
            part.cpu()
                    .inject(() -> part.kill(Cred.ROOT, server.proc().pid(), Signal.SIGTERM, error -> {
                        // ESRCH: it has ended already
                    }));
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
