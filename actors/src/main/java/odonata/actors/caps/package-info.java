/**
 * Named services of user processes (CAPS): who registers a name gets the requests of those who open it, and answers them. All of it
 * is system calls that are registered at run time. What services mean does not belong here.
 */
package odonata.actors.caps;
