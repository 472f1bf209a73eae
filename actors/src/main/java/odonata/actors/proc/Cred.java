package odonata.actors.proc;

import java.util.List;

/**
 * Who somebody is ({@code struct ucred}).
 *
 * @param uid real user
 * @param euid effective user: what counts for permissions
 * @param gid effective group
 * @param groups supplementary groups
 */
public record Cred(int uid, int euid, int gid, List<Integer> groups) {
    /** May do everything. */
    public static final Cred ROOT = of(0, 0);

    /** Copies the groups. */
    public Cred {
        groups = List.copyOf(groups);
    }

    /** A user with one group. */
    public static Cred of(final int uid, final int gid) {
        return new Cred(uid, uid, gid, List.of());
    }

    /** True when it may do everything. */
    public boolean isRoot() {
        return euid == 0;
    }
}
