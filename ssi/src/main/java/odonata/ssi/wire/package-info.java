/**
 * The wire: packets between load generators and the members, over Aeron. {@link odonata.ssi.wire.WireHub} and
 * {@link odonata.ssi.wire.WireNic} are a member's end, {@link odonata.ssi.wire.WireClient} is the load generator's. What they
 * say to each other stands in {@code docs/wire.md}.
 *
 * <p>Does not belong here: what is in the packets, and who decides that a load generator is welcome.
 */
package odonata.ssi.wire;
