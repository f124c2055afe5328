/** Numbers that look random and are the same for the same seed, so that a run can be told again. */
export interface Seeded {
  /** Whole, both ends included. */
  between(least: number, most: number): number;
  shuffled<Item>(items: readonly Item[]): Item[];
}

const UINT32 = 0x1_0000_0000;

/** The generator is mulberry32. */
export function createSeeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    between,
    shuffled: (items) =>
      items
        .map((item) => ({ item, place: next() }))
        .sort((left, right) => left.place - right.place)
        .map(({ item }) => item),
  };
}
