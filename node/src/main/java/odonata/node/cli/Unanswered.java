package odonata.node.cli;

import java.util.Map;
import java.util.stream.Collectors;
import odonata.node.demo.RunSummary.LoadPart;

/** What to say of TCP clients that got no answer at all. */
final class Unanswered {
    private Unanswered() {}

    static String words(final LoadPart load) {
        final Map<String, Long> errors = load.clients().errors();
        final String what = errors.isEmpty()
                ? load.asked() + " were made"
                : errors.entrySet().stream()
                        .map(error -> error.getKey() + " " + error.getValue() + " times")
                        .collect(Collectors.joining(", "));
        return "no request was answered (" + what + "); is the service there, and does it speak what " + load.workload()
                + " wants?";
    }
}
