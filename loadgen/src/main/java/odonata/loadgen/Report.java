package odonata.loadgen;

import java.util.List;

/**
 * One line of JSON that a load-generator process writes to its standard output.
 *
 * @param type {@code ready}, {@code load}, {@code replay}, {@code result} or {@code error}
 * @param purpose {@code load} or {@code replay}, with {@code ready}
 * @param ifIndex number of the interface under which the members count what comes, with {@code ready}
 * @param members members that take packets, with {@code ready}
 * @param load state of the load, with {@code load} and {@code result}; null when there is none
 * @param replay state of the replay, with {@code replay} and {@code result}; null when there is none
 * @param files latency files written, with {@code result}
 * @param message what went wrong, with {@code error}
 */
public record Report(
        String type,
        String purpose,
        int ifIndex,
        int members,
        LoadSummary load,
        ReplaySummary replay,
        List<String> files,
        String message) {

    static Report ready(final String purpose, final int ifIndex, final int members) {
        return new Report("ready", purpose, ifIndex, members, null, null, List.of(), "");
    }

    static Report progress(final LoadSummary load) {
        return new Report("load", "", 0, 0, load, null, List.of(), "");
    }

    static Report progress(final ReplaySummary replay) {
        return new Report("replay", "", 0, 0, null, replay, List.of(), "");
    }

    static Report result(final LoadSummary load, final ReplaySummary replay, final List<String> files) {
        return new Report("result", "", 0, 0, load, replay, files, "");
    }

    /** What went wrong; ends the job. */
    public static Report error(final String message) {
        return new Report("error", "", 0, 0, null, null, List.of(), message);
    }
}
