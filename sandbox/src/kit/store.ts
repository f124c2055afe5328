import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Rows by id, in insertion order. A `put` is in the journal before it returns. */
export interface Collection<T> {
  get(id: string): T | undefined;
  put(id: string, row: T): void;
  delete(id: string): void;
  values(): IterableIterator<T>;
  entries(): IterableIterator<[string, T]>;
  readonly size: number;
}

export interface Store {
  /**
   * @param seed rows that every start makes anew; the journal holds only what changed since
   */
  collection<T>(name: string, seed?: Iterable<readonly [string, T]>): Collection<T>;
  /**
   * Everything that `run` puts and deletes reaches the journal as one line, so that a crash keeps
   * all of it or nothing. There is no rollback: `run` checks first and changes afterwards.
   */
  transaction<R>(run: () => R): R;
  close(): void;
}

type Entry = { readonly c: string; readonly id: string; readonly row: unknown };

/**
 * A source system's memory that survives `kill -9`: seeded rows plus a journal of JSON lines.
 * A last line that was cut off by a crash is dropped, as a database would.
 * @param journalFile `null` keeps everything in memory
 * @throws when a line other than the last one cannot be read: the file was damaged by something else
 */
export function createStore(journalFile: string | null): Store {
  const journal = journalFile === null ? null : openJournal(journalFile);
  const changes = journal?.changes ?? new Map<string, Entry[]>();
  let pending: Entry[] | null = null;

  const write = (entries: readonly Entry[]) => {
    if (journal === null || entries.length === 0) return;
    const line = entries.length === 1 ? entries[0] : entries;
    writeSync(journal.fd, `${JSON.stringify(line)}\n`);
  };
  const append = (entry: Entry) => {
    if (pending === null) write([entry]);
    else pending.push(entry);
  };
  return {
    collection<T>(name: string, seed: Iterable<readonly [string, T]> = []): Collection<T> {
      const rows = new Map<string, T>(seed);
      for (const { id, row } of changes.get(name) ?? []) {
        if (row === null) rows.delete(id);
        else rows.set(id, row as T);
      }
      changes.delete(name);
      return {
        get: (id) => rows.get(id),
        put(id, row) {
          rows.set(id, row);
          append({ c: name, id, row });
        },
        delete(id) {
          if (rows.delete(id)) append({ c: name, id, row: null });
        },
        values: () => rows.values(),
        entries: () => rows.entries(),
        get size() {
          return rows.size;
        },
      };
    },
    transaction(run) {
      if (pending !== null) return run();
      pending = [];
      try {
        return run();
      } finally {
        const entries = pending;
        pending = null;
        write(entries);
      }
    },
    close() {
      if (journal !== null) closeSync(journal.fd);
    },
  };
}

/** Cuts a torn last line off the file itself: the next entry must begin on a line of its own. */
function openJournal(file: string): {
  readonly fd: number;
  readonly changes: Map<string, Entry[]>;
} {
  mkdirSync(dirname(file), { recursive: true });
  const fd = openSync(file, "a+");
  const bytes = readFileSync(file);
  const wholeBytes = bytes.lastIndexOf("\n") + 1;
  if (wholeBytes < bytes.length) ftruncateSync(fd, wholeBytes);
  const changes = new Map<string, Entry[]>();
  for (const line of bytes.subarray(0, wholeBytes).toString("utf8").split("\n")) {
    if (line === "") continue;
    for (const entry of [JSON.parse(line) as Entry | Entry[]].flat()) {
      const entries = changes.get(entry.c) ?? [];
      entries.push(entry);
      changes.set(entry.c, entries);
    }
  }
  return { fd, changes };
}
