/**
 * How things fail: {@link odonata.protocol.errno.NetError} is what a peer or a user is told, as in errno(2);
 * {@link odonata.protocol.errno.KernelPanic} is a defect of ours. Configuration errors do not belong here.
 */
package odonata.protocol.errno;
