package odonata.node.dashboard;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The machine's own Chromium, one for a test class and its nested ones; where it or Node is missing the class (or, when made by
 * {@link #whereNeeded}, the test that asks for the browser) is skipped, and says so.
 */
public final class Chromium implements BeforeAllCallback, AfterAllCallback {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path NODE = Path.of("/usr/bin/node");

    /** A browser starts within two seconds; where it takes so long, its tests take an hour. */
    private static final double START_LIMIT_S = 15;

    /** How long a page may take to show what it must; a busy machine is slow, not wrong. */
    private static final double PATIENCE_MS = 120_000;

    private boolean onDemand;
    private int depth;
    private Playwright playwright;
    private Browser browser;

    /** For a class of which only some tests need the browser: they call {@link #require}. */
    public static Chromium whereNeeded() {
        final Chromium chromium = new Chromium();
        chromium.onDemand = true;
        return chromium;
    }

    @Override
    public void beforeAll(final ExtensionContext context) {
        depth++;
        if (depth == 1 && !onDemand) {
            require();
        }
    }

    /** Starts the browser unless it runs; skips the test where there is none. */
    public Browser require() {
        if (browser == null) {
            start();
        }
        return browser;
    }

    private void start() {
        final long began = System.nanoTime();
        assumeTrue(
                Files.isExecutable(BROWSER),
                "skipped: no " + BROWSER + "; on Debian: apt-get install -y --no-install-recommends chromium");
        assumeTrue(Files.isExecutable(NODE), "skipped: no " + NODE + "; on Debian: apt-get install -y nodejs");
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        System.setProperty("playwright.nodejs.path", NODE.toString());
        playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "PLAYWRIGHT_NODEJS_PATH", NODE.toString())));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(BROWSER)
                        .setHeadless(true)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        final double seconds = (System.nanoTime() - began) / 1e9;
        assumeTrue(
                seconds < START_LIMIT_S || Boolean.getBoolean("browser"),
                () -> String.format(
                        Locale.ROOT,
                        "skipped: the browser took %.0f s to start, this machine is too slow for it; to run it all the same:"
                                + " -Dbrowser=true",
                        seconds));
    }

    @Override
    public void afterAll(final ExtensionContext context) {
        depth--;
        if (depth > 0) {
            return;
        }
        if (browser != null) {
            browser.close();
        }
        if (playwright != null) {
            playwright.close();
        }
    }

    /** The browser. */
    public Browser browser() {
        return browser;
    }
}
