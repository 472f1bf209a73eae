package odonata.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody meant who mistyped a name. */
public final class Nearest {
    private Nearest() {}

    /** The candidate closest to {@code word}, unless even that one differs in more than half of its letters. */
    public static Optional<String> of(final String word, final Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.<String>comparingInt(c -> distance(word, c)).thenComparing(c -> c))
                .filter(best -> distance(word, best) * 2 <= Math.max(best.length(), word.length()));
    }

    /** The end of an error message: {@code "; did you mean --members?"}, or nothing. */
    public static String hint(final String word, final Collection<String> candidates) {
        return of(word, candidates).map(best -> "; did you mean " + best + "?").orElse("");
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn {@code a} into {@code b}. */
    static int distance(final String a, final String b) {
        final int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 ? j : j == 0 ? i : step(a, b, d, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(final String a, final String b, final int[][] d, final int i, final int j) {
        final int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        final int plain = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + same);
        final boolean swapped =
                i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(plain, d[i - 2][j - 2] + 1) : plain;
    }
}
