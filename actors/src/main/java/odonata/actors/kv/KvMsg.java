package odonata.actors.kv;

import java.util.List;
import odonata.actors.netisr.NetMsg;
import odonata.protocol.flow.BucketMap;

/** What the ports of keys ({@link KvCpu}) send each other, also across members. */
public sealed interface KvMsg extends NetMsg.Pru {

    /**
     * A command for one key, or for one bucket. Replied with the bytes for the client; ENOBUFS when too many wait here already for a bucket
     * that is on its way, EHOSTDOWN by the kernel when the member that had it is gone: it may have been done or not.
     *
     * <p>Who holds it owns it: the version of the bucket map by which it was steered last is written by each CPU that passes it on.
     */
    final class Ask implements KvMsg {
        private static final byte[] NOTHING = {};

        private final KvVerb verb;
        private final int bucket;
        private final byte[] key;
        private final byte[] value;
        private final long number;
        private final int flags;
        private long version;

        /** All of it, as it comes off the wire; the arrays are not to be changed. */
        public Ask(
                final KvVerb verb,
                final int bucket,
                final byte[] key,
                final byte[] value,
                final long number,
                final int flags,
                final long version) {
            if (bucket < 0 || bucket >= BucketMap.BUCKETS) {
                throw new IllegalArgumentException("bucket=" + bucket);
            }
            this.verb = verb;
            this.bucket = bucket;
            this.key = key;
            this.value = value;
            this.number = number;
            this.flags = flags;
            this.version = version;
        }

        /** A command for a key without more. */
        public static Ask of(final KvVerb verb, final byte[] key) {
            return of(verb, key, NOTHING, 0, 0);
        }

        /** A command for a key with a number. */
        public static Ask of(final KvVerb verb, final byte[] key, final long number) {
            return of(verb, key, NOTHING, number, 0);
        }

        /** A command for a key with everything. */
        public static Ask of(
                final KvVerb verb, final byte[] key, final byte[] value, final long number, final int flags) {
            return new Ask(verb, KvHash.bucketOf(key), key, value, number, flags, 0);
        }

        /** A command for a bucket. */
        public static Ask ofBucket(final KvVerb verb, final int bucket) {
            return new Ask(verb, bucket, NOTHING, NOTHING, 0, 0, 0);
        }

        /** What is to be done. */
        public KvVerb verb() {
            return verb;
        }

        /** {@code 0..}{@link BucketMap#BUCKETS}{@code -1}. */
        public int bucket() {
            return bucket;
        }

        /** The key; empty for what is done to a bucket. */
        public byte[] key() {
            return key;
        }

        /** What is to be set or added; or empty. */
        public byte[] value() {
            return value;
        }

        /** Milliseconds, or what is to be added. */
        public long number() {
            return number;
        }

        /** Bits of {@link KvFlag}. */
        public int flags() {
            return flags;
        }

        /** Version of the bucket map by which it was steered. */
        public long version() {
            return version;
        }

        /** False when another member sends a key that is not in the bucket. */
        boolean isSound() {
            return verb == KvVerb.COUNT || verb == KvVerb.FLUSH || KvHash.bucketOf(key) == bucket;
        }

        void steered(final long byVersion) {
            version = byVersion;
        }

        @Override
        public String toString() {
            return verb + " in bucket " + bucket + ", steered by version " + version;
        }
    }

    /**
     * Commands for one CPU of the sender's member, in the order in which they were asked. Replied with an array of arrays, the bytes of each,
     * when all are there: those whose bucket has moved are sent on.
     *
     * @param asks owned with the message
     */
    record Asks(List<Ask> asks) implements KvMsg {}

    /**
     * Keys of a bucket on their way to its new owner. Replied when they are there.
     *
     * @param sentNs the sender's clock, to which the times in {@code entries} refer
     * @param fromCpu the sender
     * @param version of the bucket map that names the new owner; a receiver with an older one lets it wait
     * @param bucket {@code 0..}{@link BucketMap#BUCKETS}{@code -1}
     * @param entries some of its keys
     */
    record Adopt(long sentNs, int fromCpu, long version, int bucket, List<KvEntry> entries) implements KvMsg {

        /** Rejects a bucket that does not exist. */
        public Adopt {
            if (bucket < 0 || bucket >= BucketMap.BUCKETS) {
                throw new IllegalArgumentException("bucket=" + bucket);
            }
            entries = List.copyOf(entries);
        }

        /** False when another member sends keys that are not in the bucket. */
        boolean isSound() {
            return entries.stream().allMatch(entry -> KvHash.bucketOf(entry.key()) == bucket);
        }
    }
}
