/** Decisions that look random and are the same for the same place, so that a case can be told again by its name. */
export interface Draws {
  /** From 0 up to and without `count`. */
  below(count: number): number;
  oneOf<Item>(items: readonly Item[]): Item;
  /** @param share how often it is true, from 0 to 1 */
  chance(share: number): boolean;
}

const UINT32 = 0x1_0000_0000;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x0100_0193;

/**
 * The decisions of one place, of whatever the text names: a case, or a field of an object. The text is hashed (FNV-1a)
 * and the numbers that follow are mulberry32's.
 */
export function drawsOf(place: string): Draws {
  let state = hashOf(place);
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / UINT32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    oneOf: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("There is nothing to choose from.");
      return item;
    },
    chance: (share) => next() < share,
  };
}

/** A number of 32 bits. */
export function hashOf(text: string): number {
  let hash = FNV_OFFSET;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  }
  return hash >>> 0;
}
