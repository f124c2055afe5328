/** How likely a value of `left` is less than one of `right`, 0 to 1, ties half: the Mann-Whitney statistic over both sizes. */
export function shareBelow(left: readonly number[], right: readonly number[]): number {
  let wins = 0;
  for (const one of left) {
    for (const other of right) wins += one < other ? 1 : one === other ? 0.5 : 0;
  }
  return wins / (left.length * right.length);
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
