import type { Ledger } from "./ledger.ts";

/**
 * Reads by key, for whoever asks at the same time: one that comes alone is made at once, and those that come while one is under way are made together
 * by the next, which begins after all of them have asked. So nobody is shown what was before he asked, and
 * what is asked more often costs less.
 * @param keys distinct @returns in key order
 */
export type GatheredRead<Key, Value> = (keys: readonly Key[]) => Promise<readonly Value[]>;

export type GatheredReadOptions<Key, Value> = {
  /** @param keys distinct, at most `maxKeys`, or those of one caller who has more @returns in key order */
  readonly read: (keys: readonly Key[]) => Promise<readonly Value[]>;
  /** Tells keys apart that are no text. */
  readonly nameOf?: (key: Key) => string;
  readonly maxKeys: number;
};

type Caller<Key, Value> = {
  readonly keys: readonly Key[];
  readonly resolve: (values: readonly Value[]) => void;
  readonly reject: (error: unknown) => void;
};

/** An embedded ledger runs one after the other anyway; on a server nobody waits for somebody else's slow one. */
const MAX_UNDER_WAY = { embedded: 1, postgres: 8 } as const;

/** What is read is handed to several callers: it must not be changed by any. */
export function createGatheredRead<Key, Value>(
  { kind }: Pick<Ledger, "kind">,
  { read, nameOf = String, maxKeys }: GatheredReadOptions<Key, Value>,
): GatheredRead<Key, Value> {
  const waiting: Caller<Key, Value>[] = [];
  let underWay = 0;

  const nextGroup = (): readonly Caller<Key, Value>[] => {
    let keys = 0;
    const full = waiting.findIndex((caller) => (keys += caller.keys.length) > maxKeys);
    return waiting.splice(0, full === -1 ? waiting.length : Math.max(full, 1));
  };

  const answer = async (group: readonly Caller<Key, Value>[]): Promise<void> => {
    const keyOf = new Map(group.flatMap(({ keys }) => keys.map((key) => [nameOf(key), key])));
    try {
      const values = await read([...keyOf.values()]);
      const names = [...keyOf.keys()];
      const valueOf = new Map(values.map((value, at) => [names[at] ?? "", value]));
      for (const { keys, resolve } of group) {
        // Each of them was read.
        resolve(keys.map((key) => valueOf.get(nameOf(key)) as Value));
      }
    } catch (error) {
      if (group.length > 1 && isRefusedValue(error)) for (const one of group) await answer([one]);
      else for (const { reject } of group) reject(error);
    }
  };

  const run = async (): Promise<void> => {
    underWay += 1;
    while (waiting.length > 0) await answer(nextGroup());
    underWay -= 1;
  };

  return (keys) =>
    keys.length === 0
      ? Promise.resolve([])
      : new Promise((resolve, reject) => {
          waiting.push({ keys, resolve, reject });
          if (underWay < MAX_UNDER_WAY[kind]) void run();
        });
}

/** A value that the database does not take is its own caller's fault, and nobody else's. */
function isRefusedValue(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === "string" && code.startsWith("22");
}
