/**
 * The command line: options, help, exit codes, and what each command prints. Not here: what the commands do to processes
 * ({@link odonata.node.launch}) and inside a member ({@link odonata.node.member}).
 */
package odonata.node.cli;
