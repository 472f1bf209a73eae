package odonata.node.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A browser that looks at one page, and remembers every error and every request. */
public final class Visit implements AutoCloseable {
    private static final Path SHOTS = Path.of("target", "screenshots");
    private static final int LOOKS = 20;
    private static final double BETWEEN_LOOKS_MS = 100;

    private final BrowserContext context;
    private final Page page;
    private final List<String> errors = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    public Visit(final Browser browser, final int width, final ColorScheme scheme) {
        context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(width, 1000).setColorScheme(scheme));
        page = context.newPage();
        page.onPageError(errors::add);
        page.onConsoleMessage(m -> {
            if ("error".equals(m.type()) || "warning".equals(m.type())) {
                errors.add(m.text());
            }
        });
        page.onRequest(r -> requests.add(r.url()));
    }

    /** Opens a page and waits until it has drawn. */
    public Visit open(final String url) {
        page.navigate(url);
        assertThat(page.locator("body")).hasAttribute("data-ready", "1");
        return this;
    }

    /** Waits until the page shows the snapshot of this number. */
    public Visit showing(final long seq) {
        assertThat(page.locator("body")).hasAttribute("data-seq", Long.toString(seq));
        return this;
    }

    public Page page() {
        return page;
    }

    public Locator at(final String selector) {
        return page.locator(selector);
    }

    public void press(final String key) {
        page.keyboard().press(key);
    }

    public List<String> errors() {
        return List.copyOf(errors);
    }

    public List<String> requests() {
        return List.copyOf(requests);
    }

    public void shoot(final String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    /**
     * What overlaps, sticks out or is cut; empty when nothing does. A page that has just got another width draws anew some moments
     * later: what is gone within these is no fault.
     */
    public List<?> layoutFaults() {
        List<?> faults = List.of();
        for (int look = 0; look < LOOKS; look++) {
            faults = (List<?>) page.evaluate(text("layout.js"));
            if (faults.isEmpty()) {
                break;
            }
            page.waitForTimeout(BETWEEN_LOOKS_MS);
        }
        return faults;
    }

    /** What axe-core finds against WCAG 2.1 A and AA. */
    public List<?> accessibilityFaults() {
        page.evaluate(text("axe-core-4.14.1/axe.min.js"));
        return (List<?>)
                page.evaluate(
                        "async () => (await axe.run(document, {runOnly: {type: 'tag', values:"
                                + " ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}})).violations.map(v => v.id + ': '"
                                + " + v.nodes.slice(0, 4).map(n => n.target.join(' ') + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | '))");
    }

    private static String text(final String name) {
        try (InputStream in = Visit.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
