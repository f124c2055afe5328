/** What `read` gives for all keys, some at a time, one call after the other. */
export async function inBatches<Key, Found>(
  keys: readonly Key[],
  size: number,
  read: (keys: readonly Key[]) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let at = 0; at < keys.length; at += size) {
    found.push(...(await read(keys.slice(at, at + size))));
  }
  return found;
}
