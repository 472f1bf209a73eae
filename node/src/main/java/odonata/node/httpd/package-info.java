/**
 * The web server that runs on the cluster's own stack, as a process of each CPU. Parsing is Netty's; connections are those of
 * {@link odonata.actors.inetd.StreamServer}. Not here: the dashboard, which is reached by the host's own network.
 */
package odonata.node.httpd;
