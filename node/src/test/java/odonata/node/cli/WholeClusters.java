package odonata.node.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Tests that start clusters of several JVMs and load them. They run when asked for, with {@code -Dclusters=true}: a machine that
 * gives five JVMs less than a core between them cannot keep such a cluster together, and would fail them for that reason.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
        named = "clusters",
        matches = "true",
        disabledReason =
                "starts clusters of JVMs; to run it: mvn verify -Dclusters=true, on a machine with two free cores")
@interface WholeClusters {}
