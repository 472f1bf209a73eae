package odonata.node.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import odonata.config.ConfigException;
import odonata.config.HttpSettings;
import odonata.config.Layers;
import odonata.config.MemberSettings;
import odonata.node.http.Token;
import odonata.node.launch.CommandFailure;
import odonata.node.launch.Ports;
import odonata.node.member.MemberNode;
import odonata.node.member.MemberOptions;
import odonata.ssi.membership.Exposure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One member in the foreground. */
@Command(
        name = "member",
        description = {
            "Run one member in the foreground, with its own address. This is how a cluster over several machines is started;"
                    + " see docs/multi-machine.md.",
            "",
            "The first member is started without --seed, the others name any member that runs. On SIGTERM or Ctrl-C it hands"
                    + " its buckets over and leaves; a second one ends it at once.",
            "",
            "Example, two machines:",
            "  odonata member --bind 10.0.0.1 --port 25520 --http-port 8080 --secret-file secret",
            "  odonata member --bind 10.0.0.2 --port 25520 --http-port 8080 --secret-file secret --seed 10.0.0.1:25520",
            ""
        })
final class MemberCommand extends Common {
    private static final int CLOSE_SECONDS = 10;

    private final CompletableFuture<Void> parent = new CompletableFuture<>();

    @Mixin
    private SettingsOptions settings;

    @Option(names = "--config", hidden = true, description = "Configuration as used by the cluster.")
    private String config;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the cluster (default: default).")
    private String name;

    @Option(names = "--cpus", paramLabel = "N", description = "Emulated CPUs of this member, 1..64 (default: 2).")
    private String cpus;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            description =
                    "Address of this machine to bind (default: 127.0.0.1). Anything but loopback needs --secret-file.")
    private String bind;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of the control plane; 0: a free one (default: 0).")
    private String port;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Port of the dashboard; 0: a free one (default: 0).")
    private String httpPort;

    @Option(
            names = "--seed",
            paramLabel = "HOST:PORT",
            description = "A member to join; may be repeated. None: found a cluster.")
    private List<String> seeds = List.of();

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description =
                    "File with the cluster secret, the same on all members: at least 16 characters, for example the"
                            + " output of: openssl rand -hex 32")
    private String secretFile;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the admin token (default: made from the secret, or random).")
    private String tokenFile;

    @Option(
            names = "--tun",
            paramLabel = "NAME",
            description =
                    "Open this TUN device, so that programs of this machine reach the cluster's address (root only)."
                            + " Then: ip addr add 10.77.77.2/24 dev NAME; ip link set NAME up; ping 10.77.77.1")
    private String tun;

    @Option(names = "--record", hidden = true, description = "Where to note how far the start is.")
    private Path record;

    @Option(names = "--slot", hidden = true, defaultValue = "1", description = "Number in the record.")
    private int slot;

    @Option(names = "--attached", hidden = true, description = "End when standard input closes.")
    private boolean attached;

    MemberCommand(final Context context) {
        super(context);
    }

    @Override
    public Integer call() throws Exception {
        final MemberOptions options = options();
        if (attached) {
            Parent.whenGone(console(), () -> parent.complete(null));
        }
        requireFree(options.member(), options.member().port());
        requireFree(options.member(), options.http().port());
        final MemberNode node = new MemberNode(options);
        Interrupts.handleMember(node::leave);
        final CompletableFuture<Void> abandoned = parent.thenRun(node::abandon);
        try {
            node.start();
            tell(node, options);
            return node.ended().get();
        } finally {
            abandoned.cancel(false);
            end(node);
        }
    }

    private MemberOptions options() throws IOException {
        final Map<String, String> flags = new HashMap<>();
        flags.put("odonata.cluster.name", name);
        flags.put("odonata.cluster.cpus", cpus);
        flags.put("odonata.member.bind", bind);
        flags.put("odonata.member.port", port);
        flags.put("odonata.http.port", httpPort);
        flags.put("odonata.member.secret-file", secretFile);
        flags.put("odonata.http.token-file", tokenFile);
        final Layers layers =
                config == null ? settings.layers(flags, context().environment()) : settings.layersOf(config, flags);
        final MemberSettings member = MemberSettings.of(layers.effective());
        final Optional<String> secret = Secrets.of(member);
        Exposure.check(member.bind(), secret);
        checkSeeds();
        return new MemberOptions(
                layers.effective(),
                seeds.stream().filter(seed -> !isSelf(seed, member)).toList(),
                secret,
                token(HttpSettings.of(layers.effective()), secret),
                Optional.ofNullable(record),
                slot,
                Optional.ofNullable(tun));
    }

    private static boolean isSelf(final String seed, final MemberSettings member) {
        return member.port() != 0 && seed.equals(member.bind() + ":" + member.port());
    }

    private void checkSeeds() {
        for (final String seed : seeds) {
            if (!seed.matches("[^:\\s]+:\\d{1,5}")) {
                throw new ConfigException("--seed", seed, "HOST:PORT of a member that runs");
            }
        }
    }

    private static Token token(final HttpSettings http, final Optional<String> secret) throws IOException {
        if (!http.tokenFile().isEmpty()) {
            if (!Files.isReadable(Path.of(http.tokenFile()))) {
                throw new ConfigException("cannot read the admin token " + http.tokenFile());
            }
            return new Token(Files.readString(Path.of(http.tokenFile())).strip());
        }
        return secret.map(Token::ofSecret).orElseGet(Token::random);
    }

    private static void requireFree(final MemberSettings member, final int port) {
        final InetAddress address = member.address();
        if (port != 0 && !Ports.isFree(address, port)) {
            throw new CommandFailure(
                    CommandFailure.USAGE,
                    "port " + port + " at " + member.bind() + " is in use; choose another, or 0 for a free one");
        }
    }

    private void tell(final MemberNode node, final MemberOptions options) {
        if (record == null) {
            console()
                    .note("member of cluster " + options.cluster().name() + " runs; control plane "
                            + node.controlAddress());
            console().note("dashboard    " + node.address());
            console().note("admin token  " + options.token().value());
        }
    }

    /** The parent never writes; when it ends, however it ends, this reads the end of the pipe. */
    /** What does not end in time is left to the end of the process. */
    private static void end(final MemberNode node) throws InterruptedException {
        final Thread closer = new Thread(node::close, "close");
        closer.setDaemon(true);
        closer.start();
        closer.join(CLOSE_SECONDS * 1000L);
    }
}
