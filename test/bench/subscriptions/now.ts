/** Milliseconds since 1970 with their fractions, which processes of one machine agree on. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
