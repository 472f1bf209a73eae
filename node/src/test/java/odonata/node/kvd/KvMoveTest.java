package odonata.node.kvd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import odonata.actors.kv.KvCounter;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two members of two CPUs: keys go with their buckets. */
class KvMoveTest {
    private static final int KEYS = 3_000;

    private final KvWorld world = new KvWorld(Seed.of(1), 2, 2);
    private final KvWorld.Client client = world.client(0);

    @AfterEach
    void close() {
        world.close();
    }

    private static byte[] all(final String... formats) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < KEYS; i++) {
            for (final String format : formats) {
                bytes.writeBytes(
                        KvClient.request(List.of(String.format(format, i, i).split(" "))));
            }
        }
        return bytes.toByteArray();
    }

    private List<String> each(final String format) {
        client.send(all(format));
        return client.await(KEYS);
    }

    private void fill() {
        assertThat(each("SET key:%d v%d")).containsOnly("+OK");
    }

    private static List<String> values() {
        return IntStream.range(0, KEYS).mapToObj(i -> "\"v" + i + "\"").toList();
    }

    private long keysOf(final int cpu) {
        return world.keys.get(cpu).get(KvCounter.KEYS);
    }

    @Test
    void shouldHaveAllKeysOnAnotherCpuOfTheMember() {
        fill();
        world.moveTo(1);
        world.until(world::settled);
        assertThat(keysOf(1)).isEqualTo(KEYS);
        assertThat(keysOf(0) + keysOf(2) + keysOf(3)).isZero();
        assertThat(each("GET key:%d")).isEqualTo(values());
    }

    @Test
    void shouldHaveAllKeysOnAnotherMemberAndTheirTimesThere() {
        assertThat(each("SET key:%d v%d EX 10")).containsOnly("+OK");
        world.moveTo(3);
        world.until(world::settled);
        assertThat(keysOf(3)).isEqualTo(KEYS);
        assertThat(each("GET key:%d")).isEqualTo(values());
        assertThat(client.say("TTL key:7")).isIn(":9", ":10");
        world.pass(11_000);
        assertThat(keysOf(3)).as("swept where they are").isZero();
        assertThat(world.sum(KvCounter.EXPIRED)).isEqualTo(KEYS);
    }

    /** What is asked meanwhile waits, and finds what was there. */
    @Test
    void shouldAnswerWhileBucketsAreOnTheirWay() {
        fill();
        world.moveTo(2, 3);
        final KvWorld.Client other = world.client(3);
        client.send(all("APPEND key:%d x"));
        other.send(all("INCR other:%d"));
        world.until(() -> client.answered() == KEYS && other.answered() == KEYS);
        client.await(KEYS);
        other.await(KEYS);
        world.until(world::settled);
        assertThat(world.sum(KvCounter.HOLDS)).isPositive();
        assertThat(each("GET key:%d"))
                .isEqualTo(IntStream.range(0, KEYS)
                        .mapToObj(i -> "\"v" + i + "x\"")
                        .toList());
        assertThat(each("GET other:%d")).containsOnly("\"1\"");
        assertThat(client.say("DBSIZE")).isEqualTo(":" + 2 * KEYS);
    }

    /** A crash takes what lived there, and nothing else; who waited for an answer gets an error, and all goes on. */
    @Test
    void shouldLoseWithAMemberWhatWasThere() {
        fill();
        final List<String> lived = new ArrayList<>();
        final long there = keysOf(2) + keysOf(3);
        assertThat(there).isBetween(1L, KEYS - 1L);
        client.send(all("GET key:%d"));
        world.conductor.runUntil(world.conductor.nowNs() + 100_000);
        world.kill(1);
        world.until(() -> client.answered() == KEYS);
        final List<String> answers = client.await(KEYS);
        for (int i = 0; i < KEYS; i++) {
            assertThat(answers.get(i)).matches("\"v" + i + "\"|nil|-CLUSTERDOWN.*");
            if (answers.get(i).startsWith("-CLUSTERDOWN")) {
                lived.add(answers.get(i));
            }
        }
        assertThat(lived).isNotEmpty();
        world.until(world::settled);
        assertThat(client.say("DBSIZE")).isEqualTo(":" + (KEYS - there));
        fill();
        assertThat(each("GET key:%d")).isEqualTo(values());
    }

    /** The member that the keys were to go to ends: what had not got there goes to the next owner. */
    @Test
    void shouldKeepWhatCouldNotBeGiven() {
        fill();
        world.moveTo(0);
        world.until(world::settled);
        world.moveTo(3);
        world.until(() -> keysOf(3) > KEYS / 4);
        world.kill(1);
        world.until(world::settled);
        world.pass(20);
        final long left = Long.parseLong(client.say("DBSIZE").substring(1));
        assertThat(left).isBetween(1L, KEYS - 1L);
        final List<String> answers = each("GET key:%d");
        assertThat(answers.stream().filter(answer -> !answer.equals("nil")).count())
                .isEqualTo(left);
    }
}
