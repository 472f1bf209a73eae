package odonata.node.kvd;

import java.util.regex.Pattern;

/** Patterns with {@code *} and {@code ?}. */
final class Glob {
    private Glob() {}

    static boolean matches(final String pattern, final String text) {
        final StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            final char c = pattern.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.matches(regex.toString(), text);
    }
}
