import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Rows by id, in insertion order. A `put` is in the journal before it returns. */
export interface Collection<T> {
  get(id: string): T | undefined;
  put(id: string, row: T): void;
  delete(id: string): void;
  values(): IterableIterator<T>;
  readonly size: number;
}

export interface Store {
  /**
   * @param seed rows that every start makes anew; the journal holds only what changed since
   */
  collection<T>(name: string, seed?: Iterable<readonly [string, T]>): Collection<T>;
  close(): void;
}

type Entry = { readonly c: string; readonly id: string; readonly row: unknown };

/**
 * A source system's memory that survives `kill -9`: seeded rows plus a journal of JSON lines.
 * A last line that was cut off by a crash is dropped, as a database would.
 * @param journalFile `null` keeps everything in memory
 */
export function createStore(journalFile: string | null): Store {
  const changes = journalFile === null ? new Map<string, Entry[]>() : readJournal(journalFile);
  const journal = journalFile === null ? null : openSync(journalFile, "a");
  const append = (entry: Entry) => {
    if (journal !== null) writeSync(journal, `${JSON.stringify(entry)}\n`);
  };
  return {
    collection<T>(name: string, seed: Iterable<readonly [string, T]> = []): Collection<T> {
      const rows = new Map<string, T>(seed);
      for (const { id, row } of changes.get(name) ?? []) {
        if (row === null) rows.delete(id);
        else rows.set(id, row as T);
      }
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
        get size() {
          return rows.size;
        },
      };
    },
    close() {
      if (journal !== null) closeSync(journal);
    },
  };
}

function readJournal(file: string): Map<string, Entry[]> {
  mkdirSync(dirname(file), { recursive: true });
  const byCollection = new Map<string, Entry[]>();
  for (const line of readLines(file)) {
    const entry = parseEntry(line);
    if (entry === null) continue;
    const entries = byCollection.get(entry.c) ?? [];
    entries.push(entry);
    byCollection.set(entry.c, entries);
  }
  return byCollection;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function parseEntry(line: string): Entry | null {
  try {
    return line === "" ? null : (JSON.parse(line) as Entry);
  } catch {
    return null;
  }
}
