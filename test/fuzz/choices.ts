/**
 * Decisions read from a tape of numbers, so that an attack is a function of its tape: the same tape is the
 * same attack, and a shorter tape, or one with smaller numbers, is a plainer one. A tape that is used up decides
 * for the first of everything.
 */
export interface Choices {
  /** From 0 up to and without `count`. */
  below(count: number): number;
  /** The plainest stands first. */
  oneOf<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item;
  /** No, once the tape is used up. */
  onceIn(times: number): boolean;
  /** Zero to `most` things. */
  upTo<Item>(most: number, make: () => Item): Item[];
}

export function createChoices(tape: readonly number[]): Choices {
  let at = 0;
  const next = () => tape[at++] ?? 0;
  const below = (count: number) => next() % count;
  return {
    below,
    oneOf: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("There is nothing to choose from.");
      return item;
    },
    onceIn: (times) => below(times) === 1,
    upTo: (most, make) => Array.from({ length: below(most + 1) }, make),
  };
}
