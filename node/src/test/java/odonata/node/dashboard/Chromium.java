package odonata.node.dashboard;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The machine's own Chromium, one for a test class and its nested ones; where it or Node is missing the class is skipped, and says so.
 */
final class Chromium implements BeforeAllCallback, AfterAllCallback {
    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path NODE = Path.of("/usr/bin/node");

    /** How long a page may take to show what it must; a busy machine is slow, not wrong. */
    private static final double PATIENCE_MS = 30_000;

    private int depth;
    private Playwright playwright;
    private Browser browser;

    @Override
    public void beforeAll(final ExtensionContext context) {
        depth++;
        if (depth > 1) {
            return;
        }
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

    Browser browser() {
        return browser;
    }
}
