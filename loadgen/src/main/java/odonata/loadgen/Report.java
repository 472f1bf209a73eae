package odonata.loadgen;

import java.util.List;

/**
 * One line of JSON that a load-generator process writes to its standard output.
 *
 * @param type {@code ready}, {@code load}, {@code replay}, {@code result} or {@code error}
 * @param members members that take packets, with {@code ready}
 * @param load state of the load, with {@code load} and {@code result}; null when there is none
 * @param replay state of the replay, with {@code replay} and {@code result}; null when there is none
 * @param files latency files written, with {@code result}
 * @param message what went wrong, with {@code error}
 */
public record Report(
        String type, int members, LoadSummary load, ReplaySummary replay, List<String> files, String message) {

    static Report ready(final int members) {
        return new Report("ready", members, null, null, List.of(), "");
    }

    static Report progress(final LoadSummary load) {
        return new Report("load", 0, load, null, List.of(), "");
    }

    static Report progress(final ReplaySummary replay) {
        return new Report("replay", 0, null, replay, List.of(), "");
    }

    static Report error(final String message) {
        return new Report("error", 0, null, null, List.of(), message);
    }
}
