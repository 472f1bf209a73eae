package odonata.config;

/** Where a value comes from, strongest first. */
public enum Origin {
    FLAG("flag"),
    ENVIRONMENT("environment"),
    FILE("file"),
    DEFAULT("default");

    private final String label;

    Origin(final String label) {
        this.label = label;
    }

    /** The word that {@code config show} prints. */
    public String label() {
        return label;
    }
}
