package odonata.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/** Reads a JFR recording: which methods ran when samples were taken. */
final class HotSpots {
    private static final int MOST = 8;

    private HotSpots() {}

    /** Flags that make a JVM record itself. */
    static List<String> flags(final Path file) {
        return List.of("-XX:StartFlightRecording=settings=profile,filename=" + file, "-Xlog:jfr*=off");
    }

    /** The methods with the most samples, with their share of all. */
    static List<String> of(final Path file) throws IOException {
        final Map<String, Integer> counts = new HashMap<>();
        int all = 0;
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                final RecordedEvent event = recording.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample") && event.getStackTrace() != null) {
                    all++;
                    counts.merge(name(event.getStackTrace().getFrames().get(0)), 1, Integer::sum);
                }
            }
        }
        final double whole = Math.max(1, all);
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(MOST)
                .map(e -> String.format(Locale.ROOT, "%.0f %% `%s`", 100 * e.getValue() / whole, e.getKey()))
                .toList();
    }

    private static String name(final RecordedFrame frame) {
        final RecordedMethod method = frame.getMethod();
        final String type = method.getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + method.getName();
    }
}
