package odonata.node.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import odonata.protocol.flow.FlowKey;
import odonata.protocol.tcp.machine.TcpState;

/**
 * The connections that somebody looks for, by words, each of which must hold: an address or how it begins ({@code 10.42.}), with or without its port
 * ({@code 10.42.3.1:80}), a port ({@code :80}), a state or how it begins ({@code time-wait}, {@code fin}), an owner ({@code m2}, {@code c3},
 * {@code m2.c3}). Addresses and ports are those of either end. Immutable.
 *
 * <p>It is asked about every connection of the cluster, on the carriers of the CPUs that own them: so it compares numbers and makes no text.
 */
public final class ConnectionFilter implements BiPredicate<FlowKey, TcpState> {
    /** Characters that may be looked for. */
    public static final int LONGEST = 200;

    private static final Pattern OWNER = Pattern.compile("(?:m(\\d{1,6}))?\\.?(?:c(\\d{1,6}))?");
    private static final Pattern PORT = Pattern.compile(":?(\\d{1,5})");
    private static final Pattern ADDRESS = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){0,3}\\.?)(?::(\\d{1,5}))?");
    private static final int SHORTEST_STATE = 3;
    private static final int OCTETS = 4;
    private static final int VALUES = 256;

    private final List<End> ends = new ArrayList<>();
    private final List<IntPredicate> members = new ArrayList<>();
    private final List<IntPredicate> cpus = new ArrayList<>();
    private final Set<TcpState> states = EnumSet.allOf(TcpState.class);

    /** What one end must be; {@code octets} has for each octet the values that it may have. */
    private record End(List<BitSet> octets, int port) {
        private boolean test(final int address, final int itsPort) {
            if (port >= 0 && port != itsPort) {
                return false;
            }
            for (int i = 0; i < octets.size(); i++) {
                if (!octets.get(i).get((address >>> (Byte.SIZE * (OCTETS - 1 - i))) & 0xff)) {
                    return false;
                }
            }
            return true;
        }
    }

    private ConnectionFilter(final String words) {
        for (final String word : words.strip().toLowerCase(Locale.ROOT).split("\\s+", -1)) {
            if (!word.isEmpty()) {
                add(word);
            }
        }
    }

    /** {@link IllegalArgumentException}: a word that is none of these, or too many. */
    public static ConnectionFilter of(final String words) {
        if (words.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "looked for are " + words.length() + " characters; allowed are " + LONGEST);
        }
        return new ConnectionFilter(words);
    }

    private void add(final String word) {
        final Matcher owner = OWNER.matcher(word);
        final Matcher port = PORT.matcher(word);
        final Matcher address = ADDRESS.matcher(word);
        if (owner.matches() && !word.equals(".")) {
            addIfThere(members, owner.group(1));
            addIfThere(cpus, owner.group(2));
        } else if (port.matches()) {
            ends.add(new End(List.of(), Integer.parseInt(port.group(1))));
        } else if (address.matches()) {
            ends.add(new End(
                    octets(address.group(1)), address.group(2) == null ? -1 : Integer.parseInt(address.group(2))));
        } else if (!addState(word.replace('-', '_'))) {
            throw new IllegalArgumentException("“" + word
                    + "” is no address, port, state or owner; such are 10.42.3.1, 10.42., :80, time_wait, m2.c3");
        }
    }

    private static void addIfThere(final List<IntPredicate> all, final String number) {
        if (number != null) {
            final int wanted = Integer.parseInt(number);
            all.add(it -> it == wanted);
        }
    }

    /** The octets of how an address begins: the last one is not complete unless a dot follows, or a fourth. */
    private static List<BitSet> octets(final String text) {
        final List<BitSet> all = new ArrayList<>();
        final String[] parts = (text.endsWith(".") ? text.substring(0, text.length() - 1) : text).split("\\.", -1);
        for (int i = 0; i < parts.length; i++) {
            final boolean whole = i < parts.length - 1 || text.endsWith(".");
            final String part = parts[i];
            final BitSet values = new BitSet(VALUES);
            for (int v = 0; v < VALUES; v++) {
                final String octet = Integer.toString(v);
                if (whole ? octet.equals(part) : octet.startsWith(part)) {
                    values.set(v);
                }
            }
            all.add(values);
        }
        return all;
    }

    private boolean addState(final String word) {
        final List<TcpState> meant = Arrays.stream(TcpState.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).startsWith(word))
                .toList();
        states.retainAll(meant);
        return word.length() >= SHORTEST_STATE && !meant.isEmpty();
    }

    /** Whether connections of that member may be meant. */
    public boolean member(final int member) {
        return members.stream().allMatch(wanted -> wanted.test(member));
    }

    /** Whether connections of that CPU may be meant. */
    public boolean cpu(final int cpu) {
        return cpus.stream().allMatch(wanted -> wanted.test(cpu));
    }

    /** Whether a connection is meant, as far as its owner has been asked about. */
    @Override
    public boolean test(final FlowKey flow, final TcpState state) {
        if (!states.contains(state)) {
            return false;
        }
        for (final End end : ends) {
            if (!end.test(flow.src(), flow.sport()) && !end.test(flow.dst(), flow.dport())) {
                return false;
            }
        }
        return true;
    }
}
