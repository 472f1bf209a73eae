package odonata.node;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.Behavior;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.Lock;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The structure as drawn in {@code docs/modules.puml} and told in {@code docs/ARCHITECTURE.md}. */
class ModulesTest {
    private static final Pattern ARROW = Pattern.compile("^\\[([\\w-]+)\\] --> \\[([\\w-]+)\\]$", Pattern.MULTILINE);

    /** The driver of the wall clock itself, and the start of the media driver, which no CPU waits for. */
    private static final Set<String> WALL_TIME = Set.of(
            "odonata.actors.cpu.WallDriver",
            "odonata.ssi.uplink.Driver",
            "odonata.ssi.membership.AwakeFailureDetector");

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("odonata");

    /** Package of a module; {@code cluster-config} is the one that is named otherwise. */
    private static String packageOf(final String module) {
        return "odonata." + ("cluster-config".equals(module) ? "config" : module) + "..";
    }

    private static Map<String, Set<String>> drawing() throws IOException {
        final Path root = Path.of("").toAbsolutePath().getParent();
        final String text = Files.readString(root.resolve("docs/modules.puml"));
        final Map<String, Set<String>> arrows = new TreeMap<>();
        final Matcher matcher = ARROW.matcher(text);
        while (matcher.find()) {
            arrows.computeIfAbsent(matcher.group(1), key -> new TreeSet<>()).add(matcher.group(2));
            arrows.computeIfAbsent(matcher.group(2), key -> new TreeSet<>());
        }
        return arrows;
    }

    @Test
    void shouldImportOnlyWhatTheDrawingAllows() throws IOException {
        final Map<String, Set<String>> drawing = drawing();
        assertThat(drawing.keySet())
                .containsExactlyInAnyOrder(
                        "protocol", "actors", "ssi", "cluster-config", "loadgen", "node", "testkit", "bench");
        drawing.forEach((module, allowed) -> {
            final String[] forbidden = drawing.keySet().stream()
                    .filter(other -> !other.equals(module) && !allowed.contains(other))
                    .map(ModulesTest::packageOf)
                    .toArray(String[]::new);
            if (forbidden.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage(packageOf(module))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(forbidden)
                        .allowEmptyShould(true)
                        .check(CODE);
            }
        });
    }

    @Test
    void shouldKeepProtocolPlain() {
        classes()
                .that()
                .resideInAPackage("odonata.protocol..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "odonata.protocol..", "java.lang..", "java.math..", "java.util..", "java.io..", "java.nio..")
                .check(CODE);
        noClasses()
                .that()
                .resideInAPackage("odonata.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.concurrent..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(CODE);
    }

    @Test
    void shouldHaveNoPackageCycles() {
        slices().matching("odonata.(*).(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void shouldUseEachLibraryInItsRoomOnly() {
        room("io.aeron..", "odonata.ssi.uplink..", "odonata.ssi.wire..");
        room("com.esotericsoftware..", "odonata.ssi.codec..");
        room("akka.http..", "odonata.node..");
        room("com.sun.jna..", "odonata.actors.nic..");
        room("info.picocli..", "odonata.node..");
        room("org.bouncycastle..", "odonata.ssi.membership..");
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "odonata.actors.cpu..",
                        "odonata.actors.lwkt..",
                        "odonata.actors.port..",
                        "odonata.ssi.codec..",
                        "odonata.ssi.membership..",
                        "odonata.node..")
                .should()
                .dependOnClassesThat(resideInAPackage("akka..").and(not(type(Behavior.class))))
                .because("a thread is made from a Behavior; nothing else of Akka belongs outside these rooms")
                .check(CODE);
    }

    private static void room(final String library, final String... rooms) {
        noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CODE);
    }

    @Test
    void shouldReadTimeAndRandomnessFromTheirOneSource() {
        calls(List.of("odonata.protocol", "odonata.actors", "odonata.ssi"), ModulesTest::readsTimeOrChance, WALL_TIME);
    }

    private static boolean readsTimeOrChance(final JavaCall<?> call) {
        return switch (call.getTargetOwner().getName()) {
            case "java.lang.System" -> Set.of("nanoTime", "currentTimeMillis").contains(call.getName());
            case "java.time.Instant" -> call.getName().equals("now");
            case "java.lang.Math" -> call.getName().equals("random");
            case "java.util.Random", "java.util.concurrent.ThreadLocalRandom" -> true;
            default -> false;
        };
    }

    @Test
    void shouldNeverBlockACarrier() {
        calls(List.of("odonata.actors", "odonata.ssi"), ModulesTest::blocks, Set.of());
    }

    private static boolean blocks(final JavaCall<?> call) {
        final JavaClass owner = call.getTargetOwner();
        final Set<String> waits =
                switch (owner.getName()) {
                    case "java.lang.Thread" -> Set.of("sleep");
                    case "java.util.concurrent.CompletableFuture" -> Set.of("get", "join");
                    default ->
                        owner.isAssignableTo(Lock.class)
                                ? Set.of("lock", "lockInterruptibly")
                                : owner.isAssignableTo(BlockingQueue.class) ? Set.of("put", "take") : Set.of();
                };
        return waits.contains(call.getName());
    }

    private static void calls(
            final List<String> modules, final Predicate<JavaCall<?>> forbidden, final Set<String> exempt) {
        classes()
                .that()
                .resideInAnyPackage(modules.stream().map(m -> m + "..").toArray(String[]::new))
                .should(new ArchCondition<JavaClass>("make no such call") {
                    @Override
                    public void check(final JavaClass item, final ConditionEvents events) {
                        if (exempt.contains(item.getName())) {
                            return;
                        }
                        item.getMethodCallsFromSelf().stream()
                                .filter(forbidden)
                                .forEach(
                                        call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
                    }
                })
                .check(CODE);
    }

    @Test
    void shouldTellWhatBelongsInEachPackage() throws IOException {
        final Path root = Path.of("").toAbsolutePath().getParent();
        for (final String module : drawing().keySet()) {
            final Path sources = root.resolve(module).resolve("src/main/java");
            if (!Files.isDirectory(sources)) {
                continue;
            }
            try (Stream<Path> folders = Files.walk(sources).filter(Files::isDirectory)) {
                folders.filter(ModulesTest::holdsCode).forEach(folder -> assertThat(folder.resolve("package-info.java"))
                        .exists());
            }
        }
    }

    private static boolean holdsCode(final Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
