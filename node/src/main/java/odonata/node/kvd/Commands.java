package odonata.node.kvd;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import odonata.actors.kv.KvFlag;
import odonata.actors.kv.KvMsg.Ask;
import odonata.actors.kv.KvReply;
import odonata.actors.kv.KvVerb;
import odonata.protocol.flow.BucketMap;

/** The table of commands: what a request means, and the errors of Redis for what means nothing. Immutable, without state of connections. */
public final class Commands {
    /** Longest time to live, ms. */
    private static final long MOST_TTL_MS = 6_000_000_000_000L;

    private static final int QUOTED = 128;

    private final int maxValue;
    private final ServerInfo info;
    private final Map<String, Command> table = new TreeMap<>();

    /** Names as numbers, in order, and their commands. */
    private final long[] codes;

    private final Command[] commands;

    /** A request with what is known of its connection. */
    record Request(List<byte[]> words, Client client) {
        byte[] word(final int i) {
            return words.get(i);
        }

        String text(final int i) {
            return new String(words.get(i), StandardCharsets.UTF_8);
        }

        String option(final int i) {
            return text(i).toUpperCase(Locale.ROOT);
        }

        String name() {
            return text(0).toLowerCase(Locale.ROOT);
        }

        int size() {
            return words.size();
        }
    }

    /**
     * One command.
     *
     * @param arity words with the name; negative: at least so many
     * @param writes true when it may change keys
     * @param firstKey word that is the first key; 0: there is none
     * @param lastKey the last one, from the end if negative
     * @param step from one key to the next
     */
    private record Command(
            int arity, boolean writes, int firstKey, int lastKey, int step, Function<Request, Answer> function) {
        boolean takes(final int words) {
            return arity < 0 ? words >= -arity : words == arity;
        }
    }

    /** What is wrong with a request, in the words of Redis. */
    private static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Wrong(final String error) {
            super(error, null, false, false);
        }
    }

    /** Values of {@code maxValue} bytes at most; {@code info} says what INFO and CONFIG show. */
    public Commands(final int maxValue, final ServerInfo info) {
        this.maxValue = maxValue;
        this.info = info;
        connection();
        reads();
        writes();
        times();
        server();
        codes = table.keySet().stream().mapToLong(Commands::codeOf).sorted().toArray();
        commands = new Command[codes.length];
        table.forEach((name, command) -> commands[Arrays.binarySearch(codes, codeOf(name))] = command);
    }

    private static long codeOf(final String name) {
        return codeOf(name.getBytes(StandardCharsets.US_ASCII));
    }

    /** Of up to eight letters, in lower case; that of anything else, which no command is called, is 0. */
    private static long codeOf(final byte[] name) {
        long code = 0;
        for (final byte b : name) {
            final int letter = b | 0x20;
            if (letter < 'a' || letter > 'z' || name.length > Long.BYTES) {
                return 0;
            }
            code = code << Byte.SIZE | letter;
        }
        return code;
    }

    /** Null when there is none. Looked up without making a string, as each request is. */
    private Command find(final byte[] name) {
        final int at = Arrays.binarySearch(codes, codeOf(name));
        return at < 0 ? null : commands[at];
    }

    int maxValue() {
        return maxValue;
    }

    /** The answer to a request, which may have to ask for keys. */
    Answer answer(final List<byte[]> words, final Client client) {
        final Request request = new Request(words, client);
        final Command command = find(request.word(0));
        try {
            if (command == null) {
                throw unknown(request);
            }
            if (!command.takes(request.size())) {
                throw new Wrong("ERR wrong number of arguments for '" + request.name() + "' command");
            }
            return command.function().apply(request);
        } catch (final Wrong wrong) {
            return Answer.ready(KvReply.error(wrong.getMessage()));
        }
    }

    private static Wrong unknown(final Request request) {
        final StringBuilder text = new StringBuilder("ERR unknown command '")
                .append(cut(request.text(0)))
                .append("', with args beginning with: ");
        for (int i = 1; i < request.size() && text.length() < QUOTED; i++) {
            text.append('\'').append(cut(request.text(i))).append("' ");
        }
        return new Wrong(text.toString());
    }

    private static String cut(final String text) {
        return text.substring(0, Math.min(text.length(), QUOTED));
    }

    private void plain(final String name, final int arity, final Function<Request, Answer> function) {
        table.put(name, new Command(arity, false, 0, 0, 0, function));
    }

    private void oneKey(
            final String name, final int arity, final boolean writes, final Function<Request, Answer> function) {
        table.put(name, new Command(arity, writes, 1, 1, 1, function));
    }

    private void keys(
            final String name,
            final int arity,
            final boolean writes,
            final int step,
            final Function<Request, Answer> function) {
        table.put(name, new Command(arity, writes, 1, -1, step, function));
    }

    // Connections.

    private void connection() {
        plain("ping", -1, Commands::ping);
        plain("echo", 2, r -> Answer.ready(KvReply.bulk(r.word(1))));
        plain("quit", -1, r -> {
            r.client().quit();
            return Answer.ready(KvReply.OK);
        });
        plain("select", 2, Commands::select);
        plain("hello", -1, this::hello);
        plain("auth", -2, r -> {
            throw noPassword();
        });
        plain("client", -2, Commands::client);
    }

    private static Answer ping(final Request r) {
        if (r.size() > 2) {
            throw new Wrong("ERR wrong number of arguments for 'ping' command");
        }
        return Answer.ready(r.size() == 1 ? KvReply.status("PONG") : KvReply.bulk(r.word(1)));
    }

    private static Answer select(final Request r) {
        if (integer(r.word(1), "ERR invalid DB index") != 0) {
            throw new Wrong("ERR DB index is out of range");
        }
        return Answer.ready(KvReply.OK);
    }

    private static Wrong noPassword() {
        return new Wrong("ERR AUTH <password> called without any password configured for the default user. "
                + "Are you sure your configuration is correct?");
    }

    private Answer hello(final Request r) {
        if (r.size() > 1) {
            if (integer(r.word(1), "ERR Protocol version is not an integer or out of range") != 2) {
                throw new Wrong("NOPROTO unsupported protocol version");
            }
            for (int i = 2; i < r.size(); i++) {
                if (r.option(i).equals("SETNAME") && i + 1 < r.size()) {
                    r.client().name(nameOf(r.word(++i)));
                } else if (r.option(i).equals("AUTH")) {
                    throw noPassword();
                } else {
                    throw new Wrong("ERR Syntax error in HELLO option '" + cut(r.text(i)) + "'");
                }
            }
        }
        return pieces(List.of(
                KvReply.bulk("server"), KvReply.bulk("odonata"),
                KvReply.bulk("version"), KvReply.bulk(info.version()),
                KvReply.bulk("proto"), KvReply.integer(2),
                KvReply.bulk("id"), KvReply.integer(r.client().id()),
                KvReply.bulk("mode"), KvReply.bulk("standalone"),
                KvReply.bulk("role"), KvReply.bulk("master"),
                KvReply.bulk("modules"), KvReply.array(0)));
    }

    private static Answer client(final Request r) {
        final String sub = r.option(1);
        return switch (sub) {
            case "SETNAME" -> {
                expect(r, 3);
                r.client().name(nameOf(r.word(2)));
                yield Answer.ready(KvReply.OK);
            }
            case "SETINFO" -> {
                expect(r, 4);
                if (!r.option(2).equals("LIB-NAME") && !r.option(2).equals("LIB-VER")) {
                    throw new Wrong("ERR Unrecognized option '" + cut(r.text(2)) + "'");
                }
                yield Answer.ready(KvReply.OK);
            }
            case "GETNAME" -> {
                expect(r, 2);
                yield Answer.ready(
                        r.client().name().length == 0
                                ? KvReply.NIL
                                : KvReply.bulk(r.client().name()));
            }
            case "ID" -> {
                expect(r, 2);
                yield Answer.ready(KvReply.integer(r.client().id()));
            }
            default -> throw unknownPart(r);
        };
    }

    private static byte[] nameOf(final byte[] name) {
        for (final byte b : name) {
            if (b < '!' || b > '~') {
                throw new Wrong("ERR Client names cannot contain spaces, newlines or special characters.");
            }
        }
        return name;
    }

    private static void expect(final Request r, final int words) {
        if (r.size() != words) {
            throw new Wrong("ERR wrong number of arguments for '" + r.name() + "|"
                    + r.text(1).toLowerCase(Locale.ROOT) + "' command");
        }
    }

    private static Wrong unknownPart(final Request r) {
        return new Wrong("ERR unknown subcommand '" + cut(r.text(1)) + "'. Try "
                + r.name().toUpperCase(Locale.ROOT) + " HELP.");
    }

    // Keys that are read.

    private void reads() {
        oneKey("get", 2, false, r -> Answer.of(Ask.of(KvVerb.GET, r.word(1))));
        oneKey("strlen", 2, false, r -> Answer.of(Ask.of(KvVerb.STRLEN, r.word(1))));
        keys("mget", -2, false, 1, r -> Answer.list(each(KvVerb.GET, r)));
        keys("exists", -2, false, 1, r -> Answer.sum(each(KvVerb.EXISTS, r)));
        oneKey("pttl", 2, false, r -> Answer.of(Ask.of(KvVerb.PTTL, r.word(1))));
        oneKey("ttl", 2, false, r -> Answer.of(Ask.of(KvVerb.PTTL, r.word(1)), Commands::seconds));
    }

    private static List<Ask> each(final KvVerb verb, final Request r) {
        return r.words().stream().skip(1).map(key -> Ask.of(verb, key)).toList();
    }

    private static byte[] seconds(final byte[] pttl) {
        final long ms = KvReply.number(pttl);
        return ms < 0 ? pttl : KvReply.integer((ms + 500) / 1_000);
    }

    // Keys that are written.

    private void writes() {
        oneKey("set", -3, true, Commands::set);
        oneKey(
                "setnx",
                3,
                true,
                r -> Answer.of(
                        Ask.of(KvVerb.SET, r.word(1), r.word(2), 0, KvFlag.NX),
                        reply -> KvReply.integer(reply[0] == '+' ? 1 : 0)));
        oneKey("setex", 4, true, r -> setFor(r, 1_000));
        oneKey("psetex", 4, true, r -> setFor(r, 1));
        oneKey("getset", 3, true, r -> Answer.of(Ask.of(KvVerb.SET, r.word(1), r.word(2), 0, KvFlag.GET)));
        oneKey("getdel", 2, true, r -> Answer.of(Ask.of(KvVerb.GETDEL, r.word(1))));
        oneKey("append", 3, true, r -> Answer.of(Ask.of(KvVerb.APPEND, r.word(1), r.word(2), 0, 0)));
        oneKey("incr", 2, true, r -> Answer.of(Ask.of(KvVerb.INCRBY, r.word(1), 1)));
        oneKey("decr", 2, true, r -> Answer.of(Ask.of(KvVerb.INCRBY, r.word(1), -1)));
        oneKey("incrby", 3, true, r -> Answer.of(Ask.of(KvVerb.INCRBY, r.word(1), integer(r.word(2)))));
        oneKey("decrby", 3, true, Commands::decrby);
        keys("del", -2, true, 1, r -> Answer.sum(each(KvVerb.DEL, r)));
        keys("unlink", -2, true, 1, r -> Answer.sum(each(KvVerb.DEL, r)));
        keys("mset", -3, true, 2, Commands::mset);
    }

    private static Answer set(final Request r) {
        int flags = 0;
        long ttlMs = 0;
        for (int i = 3; i < r.size(); i++) {
            final String option = r.option(i);
            final int flag =
                    switch (option) {
                        case "NX" -> KvFlag.NX;
                        case "XX" -> KvFlag.XX;
                        case "GET" -> KvFlag.GET;
                        case "KEEPTTL" -> KvFlag.KEEPTTL;
                        case "EX", "PX" -> KvFlag.TTL;
                        default -> 0;
                    };
            if (flag == 0 || (flag == KvFlag.TTL && (i + 1 == r.size() || (flags & KvFlag.TTL) != 0))) {
                throw new Wrong("ERR syntax error");
            }
            flags |= flag;
            if (flag == KvFlag.TTL) {
                ttlMs = ttl(r, ++i, option.equals("EX") ? 1_000 : 1);
            }
        }
        if (both(flags, KvFlag.NX, KvFlag.XX) || both(flags, KvFlag.TTL, KvFlag.KEEPTTL)) {
            throw new Wrong("ERR syntax error");
        }
        return Answer.of(Ask.of(KvVerb.SET, r.word(1), r.word(2), ttlMs, flags));
    }

    private static boolean both(final int flags, final int one, final int other) {
        return (flags & one) != 0 && (flags & other) != 0;
    }

    private static Answer setFor(final Request r, final long unitMs) {
        return Answer.of(Ask.of(KvVerb.SET, r.word(1), r.word(3), ttl(r, 2, unitMs), KvFlag.TTL));
    }

    /** A time to live that is to be set with a value. */
    private static long ttl(final Request r, final int word, final long unitMs) {
        final long units = integer(r.word(word));
        if (units <= 0 || units > MOST_TTL_MS / unitMs) {
            throw badTime(r);
        }
        return units * unitMs;
    }

    private static Wrong badTime(final Request r) {
        return new Wrong("ERR invalid expire time in '" + r.name() + "' command");
    }

    private static Answer decrby(final Request r) {
        final long less = integer(r.word(2));
        if (less == Long.MIN_VALUE) {
            throw new Wrong("ERR decrement would overflow");
        }
        return Answer.of(Ask.of(KvVerb.INCRBY, r.word(1), -less));
    }

    private static Answer mset(final Request r) {
        if (r.size() % 2 == 0) {
            throw new Wrong("ERR wrong number of arguments for 'mset' command");
        }
        final List<Ask> asks = new ArrayList<>();
        for (int i = 1; i < r.size(); i += 2) {
            asks.add(Ask.of(KvVerb.SET, r.word(i), r.word(i + 1), 0, 0));
        }
        return Answer.all(asks);
    }

    // Times to live.

    private void times() {
        oneKey("expire", -3, true, r -> expire(r, 1_000));
        oneKey("pexpire", -3, true, r -> expire(r, 1));
        oneKey("persist", 2, true, r -> Answer.of(Ask.of(KvVerb.PERSIST, r.word(1))));
    }

    private static Answer expire(final Request r, final long unitMs) {
        final long units = integer(r.word(2));
        if (Math.abs(units) > MOST_TTL_MS / unitMs || units == Long.MIN_VALUE) {
            throw badTime(r);
        }
        int flags = 0;
        for (int i = 3; i < r.size(); i++) {
            flags |= switch (r.option(i)) {
                case "NX" -> KvFlag.NX;
                case "XX" -> KvFlag.XX;
                case "GT" -> KvFlag.GT;
                case "LT" -> KvFlag.LT;
                default -> throw new Wrong("ERR Unsupported option " + cut(r.text(i)));
            };
        }
        if ((flags & KvFlag.NX) != 0 && flags != KvFlag.NX) {
            throw new Wrong("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        if (both(flags, KvFlag.GT, KvFlag.LT)) {
            throw new Wrong("ERR GT and LT options at the same time are not compatible");
        }
        return Answer.of(Ask.of(KvVerb.PEXPIRE, r.word(1), new byte[0], units * unitMs, flags));
    }

    // The server. Buckets are asked like keys, so that one on its way is neither missed nor counted twice.

    private void server() {
        plain("dbsize", 1, r -> Answer.sum(eachBucket(KvVerb.COUNT)));
        plain("flushall", -1, Commands::flush);
        plain("flushdb", -1, Commands::flush);
        plain("command", -1, this::command);
        plain("info", -1, r -> Answer.ready(KvReply.bulk(info.text())));
        plain("config", -2, this::config);
    }

    private static List<Ask> eachBucket(final KvVerb verb) {
        return IntStream.range(0, BucketMap.BUCKETS)
                .mapToObj(bucket -> Ask.ofBucket(verb, bucket))
                .toList();
    }

    private static Answer flush(final Request r) {
        if (r.size() > 2 || (r.size() == 2 && !List.of("SYNC", "ASYNC").contains(r.option(1)))) {
            throw new Wrong("ERR syntax error");
        }
        return Answer.all(eachBucket(KvVerb.FLUSH));
    }

    private Answer config(final Request r) {
        if (!r.option(1).equals("GET")) {
            throw unknownPart(r);
        }
        if (r.size() < 3) {
            throw new Wrong("ERR wrong number of arguments for 'config|get' command");
        }
        final List<byte[]> pairs = new ArrayList<>();
        info.parameters().forEach((name, value) -> {
            if (IntStream.range(2, r.size())
                    .anyMatch(i -> Glob.matches(r.text(i).toLowerCase(Locale.ROOT), name))) {
                pairs.add(KvReply.bulk(name));
                pairs.add(KvReply.bulk(value));
            }
        });
        return pieces(pairs);
    }

    private Answer command(final Request r) {
        if (r.size() == 1) {
            return pieces(table.keySet().stream().map(this::describe).toList());
        }
        return switch (r.option(1)) {
            case "COUNT" -> Answer.ready(KvReply.integer(table.size()));
            case "DOCS" -> Answer.ready(KvReply.array(0));
            case "INFO" ->
                pieces(r.words().stream()
                        .skip(2)
                        .map(name -> describe(new String(name, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT)))
                        .toList());
            default -> throw unknownPart(r);
        };
    }

    private byte[] describe(final String name) {
        final Command command = table.get(name);
        if (command == null) {
            return "*-1\r\n".getBytes(StandardCharsets.US_ASCII);
        }
        return join(List.of(
                KvReply.bulk(name),
                KvReply.integer(command.arity()),
                join(List.of(
                        KvReply.status(command.writes() ? "write" : command.firstKey() > 0 ? "readonly" : "fast"))),
                KvReply.integer(command.firstKey()),
                KvReply.integer(command.lastKey()),
                KvReply.integer(command.step())));
    }

    private static Answer pieces(final List<byte[]> pieces) {
        return Answer.ready(join(pieces));
    }

    private static byte[] join(final List<byte[]> pieces) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(KvReply.array(pieces.size()));
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static long integer(final byte[] word) {
        return integer(word, "ERR value is not an integer or out of range");
    }

    private static long integer(final byte[] word, final String otherwise) {
        return KvReply.integerOf(word).orElseThrow(() -> new Wrong(otherwise));
    }
}
