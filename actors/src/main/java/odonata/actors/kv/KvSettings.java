package odonata.actors.kv;

/**
 * Limits of the keys of one CPU.
 *
 * @param maxMemory bytes of keys and values, with {@link KvEntry#OVERHEAD} for each; 0: no limit
 * @param maxValue largest value, bytes
 */
public record KvSettings(long maxMemory, int maxValue) {}
