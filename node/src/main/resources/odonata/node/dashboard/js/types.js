// @ts-check
/**
 * Shape of the data that the server sends, schema odonata.snapshot/1. Shares are 0..1, times are milliseconds since the
 * epoch, rates are over the last windowMs.
 *
 * @typedef {'up'|'joining'|'draining'|'down'|'left'} MemberState
 * @typedef {{id: number, state: MemberState, address: string, http?: string, pid?: number, leader?: boolean,
 *   uptimeS?: number, heapMb?: number, processCpu?: number, ageMs?: number, stale?: boolean, phi?: number}} Member
 * @typedef {{cpu: number, member: number, state: string, utilisation: number, byClass?: Record<string, number>,
 *   running?: string, runQueue?: number, queueDepth?: number, packets?: number, packetsPerS?: number, flows?: number,
 *   buckets?: number, messagesPerS?: number, entries?: number, ipis?: number, ipisPerS?: number, messagesPerIpi?: number}} CpuRow
 * @typedef {{cpus: number[], messagesPerS?: number[][], messagesPerIpi?: number[][], ringFullPerS?: number[][]}} Crossbar
 * @typedef {{from: number, to: number, messagesPerS: number, bytesPerS: number, batch: number, creditsUsed: number,
 *   creditsMax: number, stallsPerS: number, roundTripUs: number}} Link
 * @typedef {{version: number, owner: number[], from?: (number|null)[], packetsPerS?: number[]}} Buckets
 * @typedef {{maxOverMean: number, jain: number, expectedByLuck: number, perfect: number, flows: number, basis?: string}} Imbalance
 * @typedef {{p50: number, p90: number, p99: number, p999: number, p9999: number, max: number, mean?: number, count: number}} Latency
 * @typedef {{running: boolean, phase: string, workload: string, askedPerS: number, asked: number, sent: number,
 *   answered: number, lost: number, pushedBack?: number, generatorLagged: number, latencyUs?: Latency, curve?: [number, number][]}} Load
 * @typedef {{file: string, packetsInFile: number, sent?: number, counted?: number, packetsCounted?: number, seconds?: number}} Replay
 * @typedef {{name: string, cpu: number, member: number, class: string, depth: number, highWater: number,
 *   servedPerS: number, batch: number, waitUs: number}} ThreadRow
 * @typedef {{proto: string, src: string, dst: string, cpu: number, bucket: number, packets: number, bytes: number,
 *   packetsPerS: number, firstMs?: number, lastMs?: number}} FlowRow
 * @typedef {{cpu: number, member: number, connections: number, states: Record<string, number>, halfOpen: number, syncacheLimit: number,
 *   segmentsInPerS: number, segmentsOutPerS: number, bytesInPerS: number, bytesOutPerS: number, retransmitsPerS: number,
 *   outOfOrderPerS: number, duplicateAcksPerS: number, acceptedPerS: number, cookiesSentPerS: number, cookiesAcceptedPerS: number,
 *   evictedPerS: number, refusedPerS: number, resetsInPerS: number, resetsOutPerS: number, droppedPerS: number, badPerS: number, accepted: number}} TcpCpu
 * @typedef {{local: string, sockets: number, waiting: number, longest: number, limit: number}} Listener
 * @typedef {{proto: string, cpu: number, local: string, remote: string, state: string, recvQ: number, sendQ: number, cwnd: number,
 *   ssthresh: number, rtoMs: number, srttMs: number, retransmits: number}} Connection
 * @typedef {{total: number, found: number, silent: number[], connections: Connection[]}} Found
 * @typedef {{cpus: TcpCpu[], listeners: Listener[], connections: Connection[], sums: Record<string, number>}} Tcp
 * @typedef {{id: number, atMs: number, kind: string, member?: number, text: string}} ClusterEvent
 * @typedef {{packets: number, packetsPerS: number, messagesPerS: number, ipisPerS: number, crossCpuShare: number,
 *   crossMemberShare: number, drops: number, processCpu: number}} Totals
 * @typedef {{schema: string, seq: number, atMs: number, windowMs: number, cluster: string, self: number,
 *   members: Member[], cpus: CpuRow[], crossbar?: Crossbar, links?: Link[], buckets?: Buckets, imbalance?: Imbalance,
 *   load?: Load|null, replay?: Replay|null, threads?: ThreadRow[], flows?: FlowRow[], events?: ClusterEvent[],
 *   totals?: Totals, tcp?: Tcp}} Snapshot
 *
 * Columns with one value per moment; null where there was no fresh figure.
 *
 * @typedef {{cpu: number, member: number, present: number[], utilisation: (number|null)[], packetsPerS: (number|null)[], messagesPerS: (number|null)[]}} HistoryLine
 * @typedef {{schema: string, atMs: number[], cpus: HistoryLine[], cluster: {[name: string]: (number|null)[]}}} HistoryView
 *
 * What the charts work with.
 *
 * @typedef {{id: number, member: number, dead: boolean}} CpuRef a CPU as a row or column; dead: no fresh figure exists
 * @typedef {{at: number, ids: number[], util: Float32Array, pps: Float32Array, mps: Float32Array, members: Map<number, [number, number]>,
 *   totals: Partial<Totals>, tcp: Record<string, number>, stalls: number, p99: number, imbalance: number, luck: number, perfect: number, mean: number}} Sample
 */
export {};
