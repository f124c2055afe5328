import { inKeyOrder } from "./odata.ts";

/**
 * A bulk read that asks once more for what was not there: a session that another client left dirty may not see
 * a record. It costs a call only where a key is unknown.
 * @param read documents of some of the keys, in any order
 * @returns one entry per key, in key order; `null` where two answers know nothing
 */
export async function readTwice<Key, Document>(
  keys: readonly Key[],
  read: (keys: readonly Key[]) => Promise<readonly Document[]>,
  keyOf: (document: Document) => Key,
): Promise<(Document | null)[]> {
  const found = await read(keys);
  const known = new Set(found.map(keyOf));
  const missing = keys.filter((key) => !known.has(key));
  const late = missing.length === 0 ? [] : await read(missing);
  return inKeyOrder(keys, [...found, ...late], keyOf);
}

/** The same for one look-up, where "not there" lets something be done that cannot be undone. */
export async function lookTwice<Found>(look: () => Promise<Found | null>): Promise<Found | null> {
  return (await look()) ?? look();
}
