package odonata.node.kvd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import odonata.actors.kv.KvCounter;
import odonata.protocol.clock.Seed;
import odonata.testkit.SeedRuns;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients on all CPUs send pipelines of commands that chance chooses; each answer is compared with a map in which times end. Each client has
 * keys of its own, so what it is to be answered is known; what all add to one key adds up. Meanwhile buckets move.
 */
@Tag("slow")
class KvModelTest {
    private static final SeedRuns RUNS = new SeedRuns("node", KvModelTest.class);
    private static final int ROUNDS = 10;
    private static final int MOST_PIPELINED = 40;
    private static final int KEYS = 30;
    private static final long MS = 1_000_000;

    /** Times that are so close are not told apart: when a command is done, between its sending and its answer, is not known. */
    private static final long NEAR_NS = 400 * MS;

    private long moved;
    private long remote;
    private long held;
    private long expired;

    /** What a client should find. */
    private static final class Model {
        private final KvWorld world;
        private final KvWorld.Client client;
        private final String name;
        private final Seed seed;
        private final Map<String, String> values = new TreeMap<>();
        private final Map<String, Long> ends = new HashMap<>();
        private final List<String> expected = new ArrayList<>();
        private final List<String> sent = new ArrayList<>();
        private long shared;
        private long sharedBefore;

        private Model(final KvWorld world, final int cpu, final int number, final Seed seed) {
            this.world = world;
            this.seed = seed;
            name = "c" + number;
            client = world.client(cpu, all -> 1 + seed.nextInt(all));
        }

        private long now() {
            return world.conductor.nowNs();
        }

        private boolean timeIsNear() {
            return ends.values().stream().anyMatch(end -> Math.abs(end - now()) < NEAR_NS);
        }

        private void expire() {
            ends.entrySet().removeIf(end -> {
                if (end.getValue() <= now()) {
                    values.remove(end.getKey());
                    return true;
                }
                return false;
            });
        }

        private String key() {
            final int n = seed.nextInt(KEYS);
            return n < 5 ? "{" + name + "}" + n : name + ":" + n;
        }

        private String value() {
            return seed.chance(0.4)
                    ? Integer.toString(seed.nextInt(2_000) - 1_000)
                    : "v".repeat(seed.nextInt(seed.chance(0.05) ? 40_000 : 30)) + seed.nextInt(10);
        }

        private void begin() {
            expire();
            final ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
            final int count = 1 + seed.nextInt(MOST_PIPELINED);
            for (int i = 0; i < count; i++) {
                final List<String> words = new ArrayList<>();
                expected.add(command(words));
                sent.add(words.toString());
                pipeline.writeBytes(KvClient.request(words));
            }
            world.conductor.at(now() + 1 + seed.nextInt((int) (2 * MS)), () -> client.send(pipeline.toByteArray()));
        }

        private void check() {
            final List<String> answers = client.await(expected.size());
            for (int i = 0; i < answers.size(); i++) {
                final String wanted = expected.get(i);
                if (wanted.startsWith("~")) {
                    assertThat(Long.parseLong(answers.get(i).substring(1)))
                            .isBetween(
                                    Long.parseLong(wanted.substring(1)) - 400,
                                    Long.parseLong(wanted.substring(1)) + 400);
                } else if (wanted.equals("shared")) {
                    final long sum = Long.parseLong(answers.get(i).substring(1));
                    assertThat(sum).as("answers come in order").isGreaterThan(sharedBefore);
                    sharedBefore = sum;
                } else {
                    assertThat(answers.get(i))
                            .as("%s, answer %d of %s", name, i, sent)
                            .isEqualTo(wanted);
                }
            }
            expected.clear();
            sent.clear();
        }

        private String set(final String key, final String value) {
            values.put(key, value);
            ends.remove(key);
            return "+OK";
        }

        private String get(final String key) {
            return values.containsKey(key) ? '"' + values.get(key) + '"' : "nil";
        }

        private String remove(final String key) {
            ends.remove(key);
            return values.remove(key) == null ? ":0" : ":1";
        }

        private void end(final String key, final int seconds) {
            ends.put(key, now() + seconds * 1_000L * MS);
        }

        /** The words of a command, and the answer. */
        private String command(final List<String> words) {
            final String key = key();
            final String value = value();
            final int seconds = 1 + seed.nextInt(6);
            final int add = seed.nextInt(200) - 100;
            final List<String> more = List.of(key(), key(), key());
            switch (seed.nextInt(20)) {
                case 0, 1 -> {
                    words.addAll(List.of("SET", key, value));
                    return set(key, value);
                }
                case 2 -> {
                    words.addAll(List.of("set", key, value, "ex", Integer.toString(seconds)));
                    set(key, value);
                    end(key, seconds);
                    return "+OK";
                }
                case 3 -> {
                    words.addAll(List.of("SET", key, value, "GET", "KEEPTTL"));
                    final String before = get(key);
                    values.put(key, value);
                    return before;
                }
                case 4 -> {
                    words.addAll(List.of("SET", key, value, seed.chance(0.5) ? "NX" : "XX"));
                    return values.containsKey(key) == words.get(3).equals("XX") ? set(key, value) : "nil";
                }
                case 5 -> {
                    words.addAll(List.of("GETDEL", key));
                    final String before = get(key);
                    remove(key);
                    return before;
                }
                case 6 -> {
                    words.addAll(List.of("APPEND", key, value));
                    values.merge(key, value, String::concat);
                    return ":" + values.get(key).length();
                }
                case 7 -> {
                    words.addAll(List.of("STRLEN", key));
                    return ":" + values.getOrDefault(key, "").length();
                }
                case 8, 9 -> {
                    words.addAll(List.of("INCRBY", key, Integer.toString(add)));
                    return incr(key, add);
                }
                case 10 -> {
                    words.addAll(List.of("DEL", key, more.get(0), more.get(1)));
                    return ":"
                            + List.of(key, more.get(0), more.get(1)).stream()
                                    .filter(each -> remove(each).equals(":1"))
                                    .count();
                }
                case 11 -> {
                    words.addAll(List.of("EXISTS", key, key, more.get(0)));
                    return ":"
                            + List.of(key, key, more.get(0)).stream()
                                    .filter(values::containsKey)
                                    .count();
                }
                case 12, 13 -> {
                    words.addAll(List.of("MGET", key, more.get(0), more.get(1), more.get(2)));
                    return words.stream().skip(1).map(this::get).toList().toString();
                }
                case 14 -> {
                    words.addAll(List.of("MSET", key, value, more.get(0), "x", more.get(1), "7"));
                    set(key, value);
                    set(more.get(0), "x");
                    return set(more.get(1), "7");
                }
                case 15 -> {
                    words.addAll(List.of("EXPIRE", key, Integer.toString(seconds)));
                    if (!values.containsKey(key)) {
                        return ":0";
                    }
                    end(key, seconds);
                    return ":1";
                }
                case 16 -> {
                    words.addAll(List.of("PERSIST", key));
                    return ends.remove(key) == null ? ":0" : ":1";
                }
                case 17 -> {
                    words.addAll(List.of("PTTL", key));
                    return values.containsKey(key)
                            ? ends.containsKey(key) ? "~" + ((ends.get(key) - now()) / MS + 1) : ":-1"
                            : ":-2";
                }
                case 18 -> {
                    words.addAll(List.of("INCR", "everybodys"));
                    shared++;
                    return "shared";
                }
                default -> {
                    words.addAll(List.of("GET", key));
                    return get(key);
                }
            }
        }

        private String incr(final String key, final int add) {
            try {
                final String sum = Long.toString(Long.parseLong(values.getOrDefault(key, "0")) + add);
                values.put(key, sum);
                return ":" + sum;
            } catch (NumberFormatException e) {
                return "-ERR value is not an integer or out of range";
            }
        }
    }

    private void run(final long number, final int members, final int cpus) {
        final Seed seed = Seed.of(number);
        try (KvWorld world = new KvWorld(seed.split(1), members, cpus)) {
            final List<Model> models = new ArrayList<>();
            for (int i = 0; i < 2 * members * cpus; i++) {
                models.add(new Model(world, i % (members * cpus), i, seed.split(100 + i)));
            }
            for (int round = 0; round < ROUNDS; round++) {
                world.pass(seed.nextInt(900));
                while (models.stream().anyMatch(Model::timeIsNear)) {
                    world.pass(50);
                }
                models.forEach(Model::begin);
                if (seed.chance(0.7)) {
                    world.until(world::settled);
                    world.moveSome(seed);
                }
                final long began = world.conductor.nowNs();
                models.forEach(Model::check);
                assertThat(world.conductor.nowNs() - began).isLessThan(NEAR_NS);
            }
            end(world, models);
        }
    }

    private void end(final KvWorld world, final List<Model> models) {
        world.until(world::settled);
        moved += world.sum(KvCounter.ADOPTED);
        assertThat(world.sum(KvCounter.GIVEN)).isEqualTo(world.sum(KvCounter.ADOPTED));
        assertThat(world.sum(KvCounter.LOST)).isZero();
        remote += world.sum(KvCounter.TO_MEMBER);
        held += world.sum(KvCounter.HOLDS);
        final long shared = models.stream().mapToLong(model -> model.shared).sum();
        final KvWorld.Client client = models.get(0).client;
        assertThat(client.say("GET everybodys")).isEqualTo(shared == 0 ? "nil" : "\"" + shared + "\"");
        while (models.stream().anyMatch(Model::timeIsNear)) {
            world.pass(50);
        }
        models.forEach(Model::expire);
        final int keys = models.stream().mapToInt(model -> model.values.size()).sum() + (shared > 0 ? 1 : 0);
        assertThat(client.say("DBSIZE")).as("with nothing of what had to end").isEqualTo(":" + keys);
        expired += world.sum(KvCounter.EXPIRED);
        assertThat(client.say("FLUSHALL")).isEqualTo("+OK");
        assertThat(client.say("DBSIZE")).isEqualTo(":0");
        assertThat(world.sum(KvCounter.KEYS)).isZero();
        assertThat(world.sum(KvCounter.BYTES)).isZero();
    }

    @Test
    void shouldAnswerAsAMapDoesOnOneCpu() {
        RUNS.each(1, 6, seed -> run(seed, 1, 1));
    }

    @Test
    void shouldAnswerAsAMapDoesOn2CpusWhoseBucketsMove() {
        RUNS.each(100, 6, seed -> run(seed, 1, 2));
    }

    @Test
    void shouldAnswerAsAMapDoesOn4CpusWhoseBucketsMove() {
        RUNS.each(200, 6, seed -> run(seed, 1, 4));
        if (SeedRuns.asked().isEmpty()) {
            assertThat(moved).as("keys moved").isPositive();
            assertThat(held).as("commands waited for keys").isPositive();
            assertThat(expired).as("keys expired").isPositive();
        }
    }

    @Test
    void shouldAnswerAsAMapDoesOn8CpusWhoseBucketsMove() {
        RUNS.each(300, 3, seed -> run(seed, 1, 8));
    }

    @Test
    void shouldAnswerAsAMapDoesOnTwoMembersWhoseBucketsMove() {
        RUNS.each(400, 10, seed -> run(seed, 2, 2));
        if (SeedRuns.asked().isEmpty()) {
            assertThat(remote).as("commands for another member").isPositive();
            assertThat(held).as("commands waited for keys").isPositive();
        }
    }
}
