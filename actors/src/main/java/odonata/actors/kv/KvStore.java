package odonata.actors.kv;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import odonata.protocol.flow.BucketMap;

/**
 * The keys of one CPU, by bucket. No clock, thread or message: time is passed in. A key whose time is up is not there any more for who asks;
 * it is removed when it is asked for, or by {@link #sweep}. Owner: the CPU's carrier.
 */
final class KvStore {
    private static final long MS = 1_000_000;
    private static final byte[] ZERO = KvReply.integer(0);
    private static final byte[] ONE = KvReply.integer(1);
    private static final byte[] NO_MEMORY = KvReply.error("OOM command not allowed when used memory > 'maxmemory'.");
    private static final byte[] NO_INTEGER = KvReply.error("ERR value is not an integer or out of range");
    private static final byte[] OVERFLOW = KvReply.error("ERR increment or decrement would overflow");
    private static final byte[] TOO_LONG =
            KvReply.error("ERR string exceeds maximum allowed size (proto-max-bulk-len)");

    private final KvSettings settings;
    private final KvCounters counters;
    private final List<Map<Key, KvEntry>> buckets = new ArrayList<>();
    private final TreeSet<KvEntry> expiring = new TreeSet<>(
            Comparator.comparingLong(KvEntry::expiresNs).thenComparing(KvEntry::key, Arrays::compareUnsigned));

    /** Bytes with their hash; in order, so that a table stays fast whatever keys a client chooses. */
    private static final class Key implements Comparable<Key> {
        private static final long ODD = 0x9E3779B97F4A7C15L;
        private static final VarHandle LONG =
                MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

        private final byte[] bytes;
        private final int hash;

        private Key(final byte[] bytes) {
            this.bytes = bytes;
            hash = hashOf(bytes);
        }

        /** Mixed well: keys of clients differ in few digits, and a bucket's in fewer. */
        private static int hashOf(final byte[] bytes) {
            long mixed = bytes.length;
            int at = 0;
            for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
                mixed = mix(mixed ^ (long) LONG.get(bytes, at));
            }
            long rest = 0;
            for (; at < bytes.length; at++) {
                rest = (rest << Byte.SIZE) | (bytes[at] & 0xff);
            }
            mixed = mix(mixed ^ rest);
            return (int) (mixed >>> Integer.SIZE);
        }

        private static long mix(final long value) {
            final long product = value * ODD;
            return product ^ (product >>> Integer.SIZE);
        }

        @Override
        public boolean equals(final Object other) {
            return other instanceof Key key && hash == key.hash && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public int compareTo(final Key other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }
    }

    KvStore(final KvSettings settings, final KvCounters counters) {
        this.settings = settings;
        this.counters = counters;
        for (int b = 0; b < BucketMap.BUCKETS; b++) {
            buckets.add(new HashMap<>());
        }
    }

    /** Does what is asked, and returns the answer for the client. */
    byte[] apply(final KvMsg.Ask ask, final long nowNs) {
        counters.count(KvCounter.COMMANDS);
        return switch (ask.verb()) {
            case GET -> get(ask, nowNs);
            case SET -> set(ask, nowNs);
            case GETDEL -> getdel(ask, nowNs);
            case APPEND -> append(ask, nowNs);
            case STRLEN -> strlen(ask, nowNs);
            case INCRBY -> incrby(ask, nowNs);
            case EXISTS -> read(ask, nowNs) == null ? ZERO : ONE;
            case DEL -> del(ask, nowNs);
            case PEXPIRE -> pexpire(ask, nowNs);
            case PTTL -> pttl(ask, nowNs);
            case PERSIST -> persist(ask, nowNs);
            case COUNT -> KvReply.integer(buckets.get(ask.bucket()).size());
            case FLUSH -> flush(ask.bucket());
        };
    }

    // One method a command; find() is where a key ends whose time is up.

    private byte[] get(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = read(ask, nowNs);
        return entry == null ? KvReply.NIL : KvReply.bulk(entry.value());
    }

    private byte[] set(final KvMsg.Ask ask, final long nowNs) {
        final boolean reads = has(ask, KvFlag.GET);
        final KvEntry before = reads ? read(ask, nowNs) : find(ask, nowNs);
        final byte[] answer = reads ? (before == null ? KvReply.NIL : KvReply.bulk(before.value())) : KvReply.OK;
        if ((has(ask, KvFlag.NX) && before != null) || (has(ask, KvFlag.XX) && before == null)) {
            return reads ? answer : KvReply.NIL;
        }
        final boolean keeps = has(ask, KvFlag.KEEPTTL) && before != null;
        final long untilNs =
                has(ask, KvFlag.TTL) ? nowNs + ask.number() * MS : keeps ? before.expiresNs() : KvEntry.NEVER;
        return put(ask, before, new KvEntry(ask.key(), ask.value(), untilNs)) ? answer : NO_MEMORY;
    }

    private byte[] getdel(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = read(ask, nowNs);
        if (entry == null) {
            return KvReply.NIL;
        }
        remove(ask.bucket(), entry);
        return KvReply.bulk(entry.value());
    }

    private byte[] append(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry before = find(ask, nowNs);
        final byte[] old = before == null ? new byte[0] : before.value();
        if ((long) old.length + ask.value().length > settings.maxValue()) {
            return TOO_LONG;
        }
        final byte[] joined = Arrays.copyOf(old, old.length + ask.value().length);
        System.arraycopy(ask.value(), 0, joined, old.length, ask.value().length);
        return put(ask, before, changed(ask, before, joined)) ? KvReply.integer(joined.length) : NO_MEMORY;
    }

    private byte[] strlen(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = read(ask, nowNs);
        return KvReply.integer(entry == null ? 0 : entry.value().length);
    }

    private byte[] incrby(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry before = find(ask, nowNs);
        final OptionalLong number = before == null ? OptionalLong.of(0) : KvReply.integerOf(before.value());
        if (number.isEmpty()) {
            return NO_INTEGER;
        }
        final long value = number.getAsLong();
        final long sum = value + ask.number();
        if (((value ^ sum) & (ask.number() ^ sum)) < 0) {
            return OVERFLOW;
        }
        final byte[] text = Long.toString(sum).getBytes(StandardCharsets.US_ASCII);
        return put(ask, before, changed(ask, before, text)) ? KvReply.integer(sum) : NO_MEMORY;
    }

    private byte[] del(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = find(ask, nowNs);
        if (entry == null) {
            return ZERO;
        }
        remove(ask.bucket(), entry);
        return ONE;
    }

    private byte[] pexpire(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = find(ask, nowNs);
        if (entry == null) {
            return ZERO;
        }
        final long untilNs = nowNs + ask.number() * MS;
        if ((has(ask, KvFlag.NX) && entry.expires())
                || (has(ask, KvFlag.XX) && !entry.expires())
                || (has(ask, KvFlag.GT) && untilNs <= entry.expiresNs())
                || (has(ask, KvFlag.LT) && untilNs >= entry.expiresNs())) {
            return ZERO;
        }
        if (ask.number() <= 0) {
            remove(ask.bucket(), entry);
        } else {
            replace(ask.bucket(), entry, entry.until(untilNs));
        }
        return ONE;
    }

    private byte[] pttl(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = read(ask, nowNs);
        if (entry == null) {
            return KvReply.integer(-2);
        }
        return KvReply.integer(entry.expires() ? (entry.expiresNs() - nowNs + MS - 1) / MS : -1);
    }

    private byte[] persist(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = find(ask, nowNs);
        if (entry == null || !entry.expires()) {
            return ZERO;
        }
        replace(ask.bucket(), entry, entry.until(KvEntry.NEVER));
        return ONE;
    }

    private byte[] flush(final int bucket) {
        take(bucket);
        return KvReply.OK;
    }

    private static boolean has(final KvMsg.Ask ask, final int flag) {
        return (ask.flags() & flag) != 0;
    }

    private static KvEntry changed(final KvMsg.Ask ask, final KvEntry before, final byte[] value) {
        return before == null ? new KvEntry(ask.key(), value, KvEntry.NEVER) : before.with(value);
    }

    /** As {@link #find}, counted as a hit or a miss. */
    private KvEntry read(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = find(ask, nowNs);
        counters.count(entry == null ? KvCounter.MISSES : KvCounter.HITS);
        return entry;
    }

    private KvEntry find(final KvMsg.Ask ask, final long nowNs) {
        final KvEntry entry = buckets.get(ask.bucket()).get(new Key(ask.key()));
        if (entry != null && entry.expiresNs() <= nowNs) {
            counters.count(KvCounter.EXPIRED);
            remove(ask.bucket(), entry);
            return null;
        }
        return entry;
    }

    /** False, and nothing changed, when it would need memory that there is not. */
    private boolean put(final KvMsg.Ask ask, final KvEntry before, final KvEntry entry) {
        final int more = entry.cost() - (before == null ? 0 : before.cost());
        if (settings.maxMemory() > 0 && more > 0 && counters.get(KvCounter.BYTES) + more > settings.maxMemory()) {
            counters.count(KvCounter.OOM);
            return false;
        }
        replace(ask.bucket(), before, entry);
        return true;
    }

    private void replace(final int bucket, final KvEntry before, final KvEntry entry) {
        if (before != null) {
            forget(before);
        }
        buckets.get(bucket).put(new Key(entry.key()), entry);
        counters.add(KvCounter.KEYS, 1);
        counters.add(KvCounter.BYTES, entry.cost());
        if (entry.expires()) {
            expiring.add(entry);
        }
    }

    private void remove(final int bucket, final KvEntry entry) {
        buckets.get(bucket).remove(new Key(entry.key()));
        forget(entry);
    }

    private void forget(final KvEntry entry) {
        counters.add(KvCounter.KEYS, -1);
        counters.add(KvCounter.BYTES, -entry.cost());
        if (entry.expires()) {
            expiring.remove(entry);
        }
    }

    /** Removes keys whose time is up, {@code most} at most. */
    void sweep(final long nowNs, final int most) {
        for (int n = 0; n < most && nextExpiryNs() <= nowNs; n++) {
            final KvEntry entry = expiring.first();
            counters.count(KvCounter.EXPIRED);
            remove(KvHash.bucketOf(entry.key()), entry);
        }
    }

    /** When the first key's time is up; {@link KvEntry#NEVER}. */
    long nextExpiryNs() {
        return expiring.isEmpty() ? KvEntry.NEVER : expiring.first().expiresNs();
    }

    /** True when there are no keys in a bucket. */
    boolean isEmpty(final int bucket) {
        return buckets.get(bucket).isEmpty();
    }

    /** Takes all keys out of a bucket. */
    List<KvEntry> take(final int bucket) {
        final List<KvEntry> entries = List.copyOf(buckets.get(bucket).values());
        buckets.set(bucket, new HashMap<>());
        entries.forEach(this::forget);
        return entries;
    }

    /** Keys come with their bucket, whatever memory that needs; one that was set here meanwhile stays. */
    void keep(final int bucket, final Iterable<KvEntry> entries) {
        for (final KvEntry entry : entries) {
            if (!buckets.get(bucket).containsKey(new Key(entry.key()))) {
                replace(bucket, null, entry);
            }
        }
    }
}
