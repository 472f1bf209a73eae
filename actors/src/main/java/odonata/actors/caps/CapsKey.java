package odonata.actors.caps;

/** What a service is found by. */
record CapsKey(String name, int uid, int gid) {

    /** True when one who asks for {@code wanted} means this service. */
    boolean matches(final CapsKey wanted) {
        return name.equals(wanted.name) && matches(uid, wanted.uid) && matches(gid, wanted.gid);
    }

    private static boolean matches(final int one, final int other) {
        return one == other || one == Caps.ANY || other == Caps.ANY;
    }
}
