package odonata.node.kvd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import odonata.actors.kv.KvCounter;
import odonata.actors.kv.KvCounters;
import odonata.actors.kv.KvSettings;

/** What INFO and CONFIG GET show: of this member, and nothing that it does not have. */
public final class ServerInfo {
    private final String version;
    private final int member;
    private final KvSettings settings;
    private final List<KvCounters> counters;

    /** Of a member; {@code counters} of its CPUs. */
    public ServerInfo(
            final String version, final int member, final KvSettings settings, final List<KvCounters> counters) {
        this.version = version;
        this.member = member;
        this.settings = settings;
        this.counters = List.copyOf(counters);
    }

    String version() {
        return version;
    }

    private long sum(final KvCounter counter) {
        return counters.stream().mapToLong(cpu -> cpu.get(counter)).sum();
    }

    /** Sections with lines of name and value. */
    String text() {
        final StringBuilder text = new StringBuilder();
        text.append("# Server\r\nserver_name:odonata\r\nodonata_version:").append(version);
        text.append("\r\nredis_mode:standalone\r\nmember:").append(member);
        text.append("\r\ncpus:").append(counters.size());
        text.append("\r\n\r\n# Memory\r\nused_memory:").append(sum(KvCounter.BYTES));
        text.append("\r\nmaxmemory:").append(settings.maxMemory() * counters.size());
        text.append("\r\nmaxmemory_policy:noeviction\r\n\r\n# Stats\r\ntotal_commands_processed:");
        text.append(sum(KvCounter.COMMANDS));
        text.append("\r\nkeyspace_hits:").append(sum(KvCounter.HITS));
        text.append("\r\nkeyspace_misses:").append(sum(KvCounter.MISSES));
        text.append("\r\nexpired_keys:").append(sum(KvCounter.EXPIRED));
        text.append("\r\nforwarded_to_cpu:").append(sum(KvCounter.TO_CPU));
        text.append("\r\nforwarded_to_member:").append(sum(KvCounter.TO_MEMBER));
        text.append("\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n# Keyspace\r\n");
        text.append("keys_of_member:").append(sum(KvCounter.KEYS)).append("\r\n");
        return text.toString();
    }

    /** Parameters that CONFIG GET knows. */
    Map<String, String> parameters() {
        final Map<String, String> all = new LinkedHashMap<>();
        all.put("save", "");
        all.put("appendonly", "no");
        all.put("databases", "1");
        all.put("maxmemory", Long.toString(settings.maxMemory() * counters.size()));
        all.put("maxmemory-policy", "noeviction");
        all.put("proto-max-bulk-len", Integer.toString(settings.maxValue()));
        return all;
    }
}
