import { setImmediate } from "node:timers/promises";
import { LedgerBusyError } from "./errors.ts";

/** Writes that come while another is under way share the next one, and so its round trip and its fsync. */
export interface GroupCommit<Item, Answer> {
  /**
   * Resolves when the item is committed; an item that comes alone is written at once. One that cannot be
   * written fails alone.
   * @throws {LedgerBusyError} `maxWaiting` items wait already; nothing was written
   * @throws the signal's reason, at the item's turn, when it has aborted by then; nothing was written
   */
  submit(item: Item, signal: AbortSignal): Promise<Answer>;
}

export type GroupCommitOptions<Item, Answer> = {
  /**
   * Commits all of them or throws.
   * @returns one answer per item, in their order; one that takes longer than the commit may be a promise
   */
  readonly write: (items: readonly Item[]) => Promise<readonly (Answer | Promise<Answer>)[]>;
  /** About how many bytes the item sends. */
  readonly bytesOf: (item: Item) => number;
  readonly limits: GroupLimits;
};

export type GroupLimits = {
  /** Items in one write: what the first of them waits for the last. */
  readonly maxItems: number;
  /** Of one write; an item that is larger is written alone. */
  readonly maxBytes: number;
  readonly maxWaiting: number;
  /** Writes under way at once. */
  readonly maxWrites: number;
};

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal;
};

export function createGroupCommit<Item, Answer>(
  options: GroupCommitOptions<Item, Answer>,
): GroupCommit<Item, Answer> {
  const { write, bytesOf, limits } = options;
  const waiting = new Set<Waiting<Item, Answer>>();
  let writes = 0;

  const nextGroup = (): Waiting<Item, Answer>[] => {
    const group: Waiting<Item, Answer>[] = [];
    let bytes = 0;
    for (const one of waiting) {
      if (one.signal.aborted) {
        one.reject(one.signal.reason);
      } else {
        bytes += bytesOf(one.item);
        const isFull = group.length === limits.maxItems || bytes > limits.maxBytes;
        if (group.length > 0 && isFull) break;
        group.push(one);
      }
      waiting.delete(one);
    }
    return group;
  };

  const commit = async (group: readonly Waiting<Item, Answer>[]): Promise<void> => {
    try {
      const answers = await write(group.map(({ item }) => item));
      for (const [at, { resolve, reject }] of group.entries()) {
        const answer = answers[at];
        if (answer === undefined) reject(new Error("A write gave no answer."));
        else resolve(answer);
      }
    } catch (error) {
      if (group.length > 1 && isRefusedRow(error)) {
        for (const one of group) await commit([one]);
      } else {
        for (const { reject } of group) reject(error);
      }
    }
  };

  const run = async (): Promise<void> => {
    writes += 1;
    while (waiting.size > 0) {
      // Those who come in the same turn of the event loop, and who were just answered, go together.
      await setImmediate();
      const group = nextGroup();
      if (group.length > 0) await commit(group);
    }
    writes -= 1;
  };

  return {
    submit: (item, signal) => {
      if (waiting.size >= limits.maxWaiting) {
        return Promise.reject(new LedgerBusyError(waiting.size));
      }
      return new Promise((resolve, reject) => {
        waiting.add({ item, resolve, reject, signal });
        if (writes < limits.maxWrites) void run();
      });
    },
  };
}

/**
 * SQL states that say what is wrong with a row and not with the database: data exception, constraint,
 * rollback (a deadlock), a row too large. Nothing was committed, so each item can be tried alone.
 */
const REFUSED_ROW = /^(22|23|40|54)[0-9A-Z]{3}$/;

function isRefusedRow(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === "string" && REFUSED_ROW.test(code);
}
