package odonata.node.kvd;

import java.util.regex.Pattern;

/** Patterns with {@code *} and {@code ?}. */
final class Glob {
    private Glob() {}

    static boolean matches(final String pattern, final String text) {
        final StringBuilder regex = new StringBuilder();
        for (final char c : pattern.toCharArray()) {
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.matches(regex.toString(), text);
    }
}
