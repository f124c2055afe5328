/** What of a URL the keys may take; the vendor refuses URLs above some 2,000 characters. */
const MAX_LIST_CHARACTERS = 1_600;
const MAX_KEYS = 60;

/**
 * Cuts keys into comma separated lists, each short enough for a URL. Forty GUIDs fit into one.
 * @returns in order, together every key once
 */
export function toKeyLists(keys: readonly string[]): string[] {
  const lists: string[][] = [];
  let room = 0;
  for (const key of keys) {
    const characters = encodeURIComponent(`${key},`).length;
    const last = lists.at(-1);
    if (last === undefined || characters > room || last.length === MAX_KEYS) {
      lists.push([key]);
      room = MAX_LIST_CHARACTERS - characters;
    } else {
      last.push(key);
      room -= characters;
    }
  }
  return lists.map((list) => list.join(","));
}
