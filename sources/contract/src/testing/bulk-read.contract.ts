import type { BulkRead } from "../reading.ts";

export type SeededBulkRead<Key, Document> = {
  readonly read: BulkRead<Key, Document>;
  /** Three keys that exist. */
  readonly known: readonly [Key, Key, Key];
  readonly unknown: Key;
  readonly keyOf: (document: Document) => Key;
  /** Calls made to the source so far. */
  readonly calls: () => Promise<number>;
};

/** Every bulk read of every port passes it. */
export function bulkReadContract<Key, Document>(
  name: string,
  seeded: () => Promise<SeededBulkRead<Key, Document>>,
): void {
  const signal = () => AbortSignal.timeout(5_000);

  test(`${name} answers in key order, with null for an unknown key`, async () => {
    const { read, known, unknown, keyOf } = await seeded();
    const [first, second, third] = known;
    const found = await read([third, unknown, first, second], signal());
    expect(found.map((document) => (document === null ? null : keyOf(document)))).toEqual([
      third,
      null,
      first,
      second,
    ]);
  });

  test(`${name} reads many keys in one call`, async () => {
    const { read, known, calls } = await seeded();
    await read([known[0]], signal()); // tokens and maps that a first call needs
    const before = await calls();
    await read(known, signal());
    expect((await calls()) - before).toBe(1);
  });

  test(`${name} stops when it is told to`, async () => {
    const { read, known } = await seeded();
    await expect(read(known, AbortSignal.abort())).rejects.toThrow();
  });
}
