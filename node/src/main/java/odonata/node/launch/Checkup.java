package odonata.node.launch;

import com.typesafe.config.Config;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import odonata.config.ClusterSettings;
import odonata.config.HttpSettings;
import odonata.config.MemberSettings;
import odonata.ssi.uplink.DriverSettings;
import odonata.ssi.uplink.SharedMemory;

/** Looks at this machine. */
public final class Checkup {
    private static final int MIN_JAVA = 17;
    private static final int GOOD_CORES = 2;
    private static final long SPIN_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long AWAY_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int GOOD_SHARE = 80;
    private static final long MIB = 1 << 20;
    private static final long OTHER_JVM_MIB = 150;
    private static final Path TUN = Path.of("/dev/net/tun");

    private final Config config;
    private final Path home;
    private final Map<String, String> environment;

    /** A check-up for clusters of this configuration. */
    public Checkup(final Config config, final Path home, final Map<String, String> environment) {
        this.config = config;
        this.home = home;
        this.environment = environment;
    }

    /** How much a finding matters. */
    public enum Grade {
        FINE,
        LIMITED,
        MISSING
    }

    /**
     * One thing that was looked at.
     *
     * @param what its name
     * @param grade how it is
     * @param found what there is
     * @param mend what to do; empty when nothing needs to be done
     */
    public record Finding(String what, Grade grade, String found, String mend) {}

    /** Looks at everything. */
    public List<Finding> run() {
        final List<Finding> all = new ArrayList<>();
        all.add(java());
        all.add(flags());
        all.add(cores());
        all.add(processor());
        all.add(memory());
        all.add(sharedMemory());
        all.add(leftovers());
        all.add(ports());
        all.add(folder());
        all.add(tun());
        all.add(maven());
        return all;
    }

    private static Finding fine(final String what, final String found) {
        return new Finding(what, Grade.FINE, found, "");
    }

    private static Finding limited(final String what, final String found, final String mend) {
        return new Finding(what, Grade.LIMITED, found, mend);
    }

    private static Finding missing(final String what, final String found, final String mend) {
        return new Finding(what, Grade.MISSING, found, mend);
    }

    private static Finding java() {
        final String found = Runtime.version() + " at " + System.getProperty("java.home");
        return Runtime.version().feature() >= MIN_JAVA
                ? fine("Java", found)
                : missing("Java", found, "install Java " + MIN_JAVA + " or newer and set JAVA_HOME");
    }

    private static Finding flags() {
        final boolean open = Object.class.getModule().isOpen("sun.nio.ch", Checkup.class.getModule())
                && Object.class.getModule().isOpen("jdk.internal.misc", Checkup.class.getModule());
        return open
                ? fine("JVM flags", "--add-opens for Aeron and Agrona are set")
                : missing("JVM flags", "--add-opens are missing", "start the program with the odonata script");
    }

    private static Finding cores() {
        final int cores = Runtime.getRuntime().availableProcessors();
        return cores >= GOOD_CORES
                ? fine("cores", Integer.toString(cores))
                : limited(
                        "cores",
                        Integer.toString(cores),
                        "it works, slowly: starts take long and latencies are those of the queue");
    }

    private static Finding processor() {
        final long share = busyShare();
        final String found = "a busy thread runs " + share + " % of the time";
        return free(share)
                ? fine("processor", found)
                : limited(
                        "processor",
                        found,
                        "others use it, here or in the host: --profile patient waits longer and wakes up less often");
    }

    /**
     * How much of half a second a thread that never waits runs, in percent; less than all where others use the processors, in this machine
     * or its host.
     */
    public static long busyShare() {
        final long beganNs = System.nanoTime();
        long lastNs = beganNs;
        long awayNs = 0;
        while (lastNs - beganNs < SPIN_NS) {
            final long nowNs = System.nanoTime();
            awayNs += nowNs - lastNs > AWAY_NS ? nowNs - lastNs : 0;
            lastNs = nowNs;
        }
        return 100 - 100 * awayNs / (lastNs - beganNs);
    }

    /** Whether {@link #busyShare} is that of a machine with free processors. */
    public static boolean free(final long share) {
        return share >= GOOD_SHARE;
    }

    private Finding memory() {
        final ClusterSettings cluster = ClusterSettings.of(config);
        final long needed = (MemberSettings.of(config).heapMb() + OTHER_JVM_MIB) * cluster.members() + 512;
        final long free = freeMib();
        final String found = free + " MiB free, " + cluster.members() + " members may use " + needed + " MiB";
        return free >= needed
                ? fine("memory", found)
                : limited("memory", found, "start fewer members (--members) or lower odonata.member.heap-mb");
    }

    /** What the kernel says is available, caches that it can drop included. */
    private static long freeMib() {
        try {
            for (final String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
        } catch (IOException e) {
            return fallbackMib();
        }
        return fallbackMib();
    }

    private static long fallbackMib() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getFreeMemorySize() / MIB
                : 0;
    }

    private Finding sharedMemory() {
        final DriverSettings driver = DriverSettings.of(config);
        final int members = ClusterSettings.of(config).members();
        final SharedMemory each = SharedMemory.of(driver, members);
        final long needed = each.needed() * (members + 1);
        final String found = each.folder() + " has " + each.available() / MIB + " MiB free, a cluster may use "
                + (needed + MIB - 1) / MIB + " MiB";
        return each.available() >= needed
                ? fine("shared memory", found)
                : missing(
                        "shared memory",
                        found,
                        "mount -o remount,size=1G " + each.folder()
                                + " (in a container: --shm-size=1g), or lower odonata.driver.term-length");
    }

    private Finding leftovers() {
        final List<Path> left =
                odonata.ssi.uplink.Driver.abandoned(DriverSettings.of(config).folder());
        return left.isEmpty()
                ? fine("leftovers", "no shared memory of dead processes")
                : limited(
                        "leftovers",
                        left.size() + " folders of dead processes: " + left.get(0) + " ...",
                        "odonata down, or remove them by hand");
    }

    private Finding ports() {
        final MemberSettings member = MemberSettings.of(config);
        for (final int port : new int[] {member.port(), HttpSettings.of(config).port()}) {
            if (port != 0 && !Ports.isFree(member.address(), port)) {
                return missing(
                        "ports", port + " at " + member.bind() + " is in use", "choose another, or 0 for a free one");
            }
        }
        Ports.free(member.address());
        return fine("ports", "can be bound at " + member.bind());
    }

    private Finding folder() {
        Path existing = home;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing != null && Files.isWritable(existing)
                ? fine("folder of clusters", home.toString())
                : missing("folder of clusters", home + " cannot be written", "set ODONATA_HOME to a folder that can");
    }

    private static Finding tun() {
        if (!Files.exists(TUN)) {
            return limited(
                    "tun", TUN + " is not there", "only real clients through a tun device need it: modprobe tun");
        }
        return Files.isReadable(TUN) && Files.isWritable(TUN) && "root".equals(System.getProperty("user.name"))
                ? fine("tun", "may be used")
                : limited(
                        "tun",
                        "this user may not use " + TUN,
                        "only real clients through a tun device need it: run as root");
    }

    private Finding maven() {
        for (final String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, "mvn"))) {
                return fine("Maven", Path.of(folder, "mvn").toString());
            }
        }
        return limited("Maven", "no mvn in PATH", "needed only to build: install Maven 3.8.7 or newer");
    }
}
