package odonata.actors.cpu;

/** A command that says for people why a thread waits for its reply ({@code td_wmesg}); of others it is the name of their class. */
public interface Wmesg {

    /** In a few letters. */
    String wmesg();

    /** Why somebody waits for a message with this command. */
    static String of(final Object command) {
        return command instanceof Wmesg words
                ? words.wmesg()
                : command.getClass().getSimpleName();
    }
}
