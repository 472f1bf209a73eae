package odonata.node.kvd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import odonata.actors.kv.KvCounter;
import odonata.actors.kv.KvSettings;
import odonata.protocol.clock.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each command and its errors, said by a client of two CPUs. A dialogue is what is said and answered in turn. */
class KvCommandsTest {
    private static final String NO_INTEGER = "-ERR value is not an integer or out of range";

    private KvWorld world = new KvWorld(Seed.of(1), 1, 2);
    private KvWorld.Client client = world.client(1);

    @AfterEach
    void close() {
        world.close();
    }

    private void dialogue(final String... turns) {
        for (int i = 0; i < turns.length; i += 2) {
            assertThat(client.say(turns[i])).as(turns[i]).isEqualTo(turns[i + 1]);
        }
    }

    @Test
    void shouldSetAndGet() {
        dialogue(
                "GET a", "nil",
                "SET a 1", "+OK",
                "get a", "\"1\"",
                "SET a 2 NX", "nil",
                "SET b 2 nx", "+OK",
                "SET c 3 XX", "nil",
                "SET a 3 XX", "+OK",
                "SET a 4 GET", "\"3\"",
                "SET d 4 GET", "nil",
                "SET a 5 NX GET", "\"4\"",
                "GETSET a 6", "\"4\"",
                "GETSET e 6", "nil",
                "SETNX a 7", ":0",
                "SETNX f 7", ":1",
                "GETDEL f", "\"7\"",
                "GETDEL f", "nil",
                "SET '' empty", "+OK",
                "GET ''", "\"empty\"",
                "STRLEN a", ":1",
                "STRLEN none", ":0",
                "APPEND a bc", ":3",
                "APPEND new xyz", ":3",
                "MGET a none new", "[\"6bc\", nil, \"xyz\"]",
                "MSET x 1 y 2 x 3", "+OK",
                "MGET x y", "[\"3\", \"2\"]",
                "EXISTS x x none", ":2",
                "DEL x y x none", ":2",
                "UNLINK a none", ":1");
    }

    @Test
    void shouldCount() {
        dialogue(
                "INCR n", ":1",
                "INCRBY n 9", ":10",
                "DECR n", ":9",
                "DECRBY n 10", ":-1",
                "GET n", "\"-1\"",
                "INCRBY n 1.5", NO_INTEGER,
                "INCRBY n +1", NO_INTEGER,
                "INCRBY n 01", NO_INTEGER,
                "INCRBY n 9223372036854775808", NO_INTEGER,
                "SET n 9223372036854775807", "+OK",
                "INCR n", "-ERR increment or decrement would overflow",
                "DECRBY n -1", "-ERR increment or decrement would overflow",
                "DECRBY n -9223372036854775808", "-ERR decrement would overflow",
                "SET n -9223372036854775808", "+OK",
                "DECR n", "-ERR increment or decrement would overflow",
                "SET s text", "+OK",
                "INCR s", NO_INTEGER,
                "SET s ' 1'", "+OK",
                "INCR s", NO_INTEGER);
    }

    @Test
    void shouldEndKeysInTime() {
        dialogue(
                "SET a 1 EX 10", "+OK",
                "TTL a", ":10",
                "SET b 1 PX 1500", "+OK",
                "SETEX c 2 v", "+OK",
                "PSETEX d 2500 v", "+OK",
                "TTL none", ":-2",
                "PTTL none", ":-2",
                "SET e 1", "+OK",
                "TTL e", ":-1",
                "EXPIRE e 3", ":1",
                "PERSIST e", ":1",
                "PERSIST e", ":0",
                "EXPIRE none 3", ":0",
                "SET a 2 KEEPTTL", "+OK",
                "INCR a", ":3",
                "DBSIZE", ":5");
        world.pass(1_600);
        dialogue("MGET a b c d", "[\"3\", nil, \"v\", \"v\"]", "TTL a", ":8");
        world.pass(1_000);
        dialogue("DBSIZE", ":2", "MGET a c d e", "[\"3\", nil, nil, \"1\"]");
        assertThat(world.sum(KvCounter.EXPIRED)).isEqualTo(3);
        dialogue(
                "SET a plain", "+OK",
                "TTL a", ":-1",
                "PEXPIRE a 5000", ":1",
                "EXPIRE a 3 GT", ":0",
                "EXPIRE a 9 GT", ":1",
                "EXPIRE a 10 LT", ":0",
                "EXPIRE a 8 LT", ":1",
                "EXPIRE a 8 NX", ":0",
                "EXPIRE e 8 XX", ":0",
                "EXPIRE e 8 GT", ":0",
                "EXPIRE e 8 LT", ":1",
                "EXPIRE a -1", ":1",
                "GET a", "nil",
                "EXPIRE e 0", ":1",
                "DBSIZE", ":0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SET a                     | -ERR wrong number of arguments for 'set' command
            GET                       | -ERR wrong number of arguments for 'get' command
            get a b                   | -ERR wrong number of arguments for 'get' command
            MSET a 1 b                | -ERR wrong number of arguments for 'mset' command
            MGET                      | -ERR wrong number of arguments for 'mget' command
            PING a b                  | -ERR wrong number of arguments for 'ping' command
            SET a 1 EX                | -ERR syntax error
            SET a 1 EX 1 PX 1         | -ERR syntax error
            SET a 1 NX XX             | -ERR syntax error
            SET a 1 EX 5 KEEPTTL      | -ERR syntax error
            SET a 1 ZZ                | -ERR syntax error
            SET a 1 EX x              | -ERR value is not an integer or out of range
            SET a 1 EX 0              | -ERR invalid expire time in 'set' command
            SET a 1 PX -1             | -ERR invalid expire time in 'set' command
            SET a 1 EX 9223372036854775807 | -ERR invalid expire time in 'set' command
            SETEX a 0 v               | -ERR invalid expire time in 'setex' command
            PSETEX a x v              | -ERR value is not an integer or out of range
            EXPIRE a x                | -ERR value is not an integer or out of range
            EXPIRE a 9223372036854775807 | -ERR invalid expire time in 'expire' command
            EXPIRE a -9223372036854775808 | -ERR invalid expire time in 'expire' command
            EXPIRE a 1 YY             | -ERR Unsupported option YY
            EXPIRE a 1 NX GT          | -ERR NX and XX, GT or LT options at the same time are not compatible
            PEXPIRE a 1 GT LT         | -ERR GT and LT options at the same time are not compatible
            SELECT 1                  | -ERR DB index is out of range
            SELECT x                  | -ERR invalid DB index
            HELLO 3                   | -NOPROTO unsupported protocol version
            HELLO x                   | -ERR Protocol version is not an integer or out of range
            HELLO 2 WHAT              | -ERR Syntax error in HELLO option 'WHAT'
            CLIENT SETNAME            | `-ERR wrong number of arguments for 'client|setname' command`
            CLIENT KILL x             | -ERR unknown subcommand 'KILL'. Try CLIENT HELP.
            CLIENT SETNAME 'a b'      | -ERR Client names cannot contain spaces, newlines or special characters.
            CLIENT SETINFO lib x      | -ERR Unrecognized option 'lib'
            CONFIG SET save x         | -ERR unknown subcommand 'SET'. Try CONFIG HELP.
            CONFIG GET                | `-ERR wrong number of arguments for 'config|get' command`
            COMMAND LIST              | -ERR unknown subcommand 'LIST'. Try COMMAND HELP.
            FLUSHALL NOW              | -ERR syntax error
            G3T a                     | `-ERR unknown command 'G3T', with args beginning with: 'a' `
            FLUSHALLX                 | `-ERR unknown command 'FLUSHALLX', with args beginning with: `
            gEt                       | `-ERR wrong number of arguments for 'get' command`
            LPUSH list 1              | `-ERR unknown command 'LPUSH', with args beginning with: 'list' '1' `
            """)
    void shouldSayWhatIsWrong(final String line, final String error) {
        dialogue(line, error, "DBSIZE", ":0");
    }

    @Test
    void shouldKnowConnections() {
        dialogue(
                "PING", "+PONG",
                "PING hi", "\"hi\"",
                "ECHO 'a b'", "\"a b\"",
                "SELECT 0", "+OK",
                "CLIENT GETNAME", "nil",
                "CLIENT SETNAME me", "+OK",
                "CLIENT GETNAME", "\"me\"",
                "CLIENT SETINFO LIB-NAME x", "+OK",
                "CLIENT ID", ":1",
                "HELLO 2 SETNAME you",
                        "[\"server\", \"odonata\", \"version\", \"0\", \"proto\", :2, \"id\", :1, \"mode\", \"standalone\", "
                                + "\"role\", \"master\", \"modules\", []]",
                "CLIENT GETNAME", "\"you\"");
        assertThat(client.say("AUTH x")).startsWith("-ERR AUTH <password> called without any password configured");
        assertThat(client.say("HELLO 2 AUTH a b")).startsWith("-ERR AUTH <password> called");
        client.send("PING\r\nQUIT\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.await(2)).containsExactly("+PONG", "+OK");
        assertThat(client.isOver()).isTrue();
    }

    @Test
    void shouldTellClientsWhatTheyAsk() {
        dialogue(
                "CONFIG GET save", "[\"save\", \"\"]",
                "CONFIG GET appendonly", "[\"appendonly\", \"no\"]",
                "CONFIG GET max*y nothing DATABASES",
                        "[\"databases\", \"1\", \"maxmemory\", \"0\", \"maxmemory-policy\", \"noeviction\"]",
                "COMMAND DOCS", "[]",
                "COMMAND INFO mset nothing", "[[\"mset\", :-3, [+write], :1, :-1, :2], nil]",
                "SET a 1", "+OK",
                "FLUSHDB ASYNC", "+OK",
                "GET a", "nil");
        final int commands = Integer.parseInt(client.say("COMMAND COUNT").substring(1));
        assertThat(client.say("COMMAND").split("\\[\"", -1)).hasSize(commands + 1);
        assertThat(client.say("INFO")).contains("keyspace_misses:1\r\n", "cpus:2\r\n");
    }

    @Test
    void shouldNeedNoMoreMemoryThanItMay() {
        world.close();
        world = new KvWorld(Seed.of(1), 1, 1, new KvSettings(1_000, 4_096));
        client = world.client(0);
        final List<String> answers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            answers.add(client.say("SET key" + i + " " + "x".repeat(20)));
        }
        final String oom = "-OOM command not allowed when used memory > 'maxmemory'.";
        assertThat(answers).startsWith("+OK", "+OK", "+OK").endsWith(oom, oom).containsOnly("+OK", oom);
        dialogue(
                "INCR n",
                oom,
                "APPEND key0 " + "y".repeat(999),
                oom,
                "GET key0",
                '"' + "x".repeat(20) + '"',
                "SET key0 short",
                "+OK",
                "DEL key1 key2",
                ":2",
                "INCR n",
                ":1");
        assertThat(world.sum(KvCounter.BYTES)).isLessThanOrEqualTo(1_000);
        assertThat(world.sum(KvCounter.OOM)).isGreaterThan(4);
        world.close();
        world = new KvWorld(Seed.of(1), 1, 1, new KvSettings(0, 4_096));
        client = world.client(0);
        assertThat(client.say("APPEND a " + "x".repeat(4_000))).isEqualTo(":4000");
        dialogue(
                "APPEND a " + "x".repeat(97),
                "-ERR string exceeds maximum allowed size (proto-max-bulk-len)",
                "STRLEN a",
                ":4000");
    }

    /** Keys with the same words in braces are of one CPU, whatever else is in them. */
    @Test
    void shouldPutKeysTogetherByTheirBraces() {
        final long before = world.sum(KvCounter.TO_CPU);
        int apart = 0;
        for (int i = 0; i < 20; i++) {
            dialogue("SET key" + i + " 1", "+OK");
            apart = (int) (world.sum(KvCounter.TO_CPU) - before);
        }
        assertThat(apart).isBetween(1, 19);
        final long tagged = world.sum(KvCounter.TO_CPU);
        for (int i = 0; i < 20; i++) {
            dialogue("SET k" + i + "{same}" + i + " 1", "+OK");
        }
        assertThat(world.sum(KvCounter.TO_CPU) - tagged).isIn(0L, 20L);
    }

    /** Answers that are much larger than what asks for them neither overtake each other nor are all in memory at once. */
    @Test
    void shouldSendMuchInOrder() {
        final String value = "z".repeat(500_000);
        client.send(KvClient.request(List.of("SET", "big", value)));
        client.send(KvClient.request(List.of("SET", "big2", value + "2")));
        assertThat(client.await(2)).containsOnly("+OK");
        final List<String> mget = new ArrayList<>(List.of("MGET"));
        for (int i = 0; i < 50; i++) {
            mget.add(i % 2 == 0 ? "big" : "big2");
        }
        client.send(KvClient.request(mget));
        client.send(KvClient.request(List.of("ECHO", "after")));
        final List<String> answers = client.await(2);
        assertThat(answers.get(0)).hasSize(50 * 500_000 + 25 + 50 * 4).endsWith("z2\"]");
        assertThat(answers.get(1)).isEqualTo("\"after\"");
    }
}
