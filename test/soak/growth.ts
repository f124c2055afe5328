/** Memory at one moment, after a collection of garbage. */
export type HeapSample = {
  /** Since the soak began. */
  readonly atMs: number;
  readonly heapBytes: number;
  /** Of the whole process, with its threads. */
  readonly residentBytes: number;
};

/**
 * By how much the heap has grown over the second half of the samples, as a straight line through them has it. The first
 * half is for filling caches: all of them are bounded.
 * @returns bytes; less than nothing when it has shrunk
 */
export function growthBytes(samples: readonly HeapSample[]): number {
  const half = samples.slice(Math.floor(samples.length / 2));
  const meanMs = mean(half.map(({ atMs }) => atMs));
  const meanBytes = mean(half.map(({ heapBytes }) => heapBytes));
  const covariance = half.map(({ atMs, heapBytes }) => (atMs - meanMs) * (heapBytes - meanBytes));
  const variance = half.map(({ atMs }) => (atMs - meanMs) ** 2);
  const bytesPerMs = mean(covariance) / mean(variance);
  const [first, last] = [half[0], half.at(-1)];
  if (first === undefined || last === undefined || first === last) return 0;
  return bytesPerMs * (last.atMs - first.atMs);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
