/** The programs of docs/lwkt.md: each is run here, and its text is the same there. */
package odonata.actors.docs;
