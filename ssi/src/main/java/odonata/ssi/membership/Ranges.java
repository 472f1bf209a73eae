package odonata.ssi.membership;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Numbers for people: {@code 0-3,7}. */
final class Ranges {
    private Ranges() {}

    static String of(final Collection<Integer> numbers) {
        final StringBuilder text = new StringBuilder();
        final List<Integer> sorted = List.copyOf(new TreeSet<>(numbers));
        int start = 0;
        for (int i = 0; i < sorted.size(); i++) {
            if (i + 1 == sorted.size() || sorted.get(i + 1) != sorted.get(i) + 1) {
                text.append(text.isEmpty() ? "" : ",").append(sorted.get(start));
                text.append(i > start ? "-" + sorted.get(i) : "");
                start = i + 1;
            }
        }
        return text.isEmpty() ? "none" : text.toString();
    }
}
