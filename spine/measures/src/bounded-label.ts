/**
 * Keeps a label's values few: the first `max` are told apart, every later one is `other`.
 * @returns what a value is counted under
 */
export function createBoundedLabel(max: number): (value: string) => string {
  const known = new Set<string>();
  return (value) => {
    if (known.has(value)) return value;
    if (known.size >= max) return OTHER;
    known.add(value);
    return value;
  };
}

const OTHER = "other";
