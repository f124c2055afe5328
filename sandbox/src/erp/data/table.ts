import type { Collection } from "../../kit/store.ts";
import { textOf, type Fields, type Row } from "./row.ts";

export type ChangeType = "created" | "updated" | "deleted";
export type Change = {
  readonly table: string;
  readonly id: string;
  readonly changeType: ChangeType;
  readonly at: string;
};

/** The rows of one table, each by its id; every write is journalled and can be undone. */
export interface Table {
  readonly name: string;
  get(id: string): Row | undefined;
  /** The row whose `unique` property has this value. */
  find(value: string): Row | undefined;
  /** The rows whose `group` property has this value. */
  grouped(value: string): Row[];
  rows(): IterableIterator<Row>;
  insert(fields: Fields, lines?: readonly Row[]): Row;
  /** A new version with a new modification time, told to whoever listens. */
  update(id: string, fields: Fields, lines?: readonly Row[]): Row;
  /** Calculated fields moved: the record counts as unchanged, as a flow field's does. */
  recalculate(id: string, fields: Fields): void;
  delete(id: string): void;
}

type TableOptions = {
  readonly name: string;
  readonly collection: Collection<Row>;
  readonly keyProperty: string;
  readonly uniqueProperty?: string;
  readonly groupProperty?: string;
  readonly now: () => string;
  /** Called before each write with what takes it back. */
  readonly onWrite: (undo: () => void, change: Change | null) => void;
};

export function createTable(options: TableOptions): Table {
  const { name, collection, keyProperty, uniqueProperty, groupProperty, now, onWrite } = options;
  const byUnique = new Map<string, string>();
  const byGroup = new Map<string, Set<string>>();

  const index = (row: Row) => {
    const id = textOf(row.fields, keyProperty);
    if (uniqueProperty !== undefined) byUnique.set(textOf(row.fields, uniqueProperty), id);
    if (groupProperty === undefined) return;
    const group = textOf(row.fields, groupProperty);
    const members = byGroup.get(group) ?? new Set<string>();
    byGroup.set(group, members.add(id));
  };
  const unindex = (row: Row) => {
    if (uniqueProperty !== undefined) byUnique.delete(textOf(row.fields, uniqueProperty));
    if (groupProperty === undefined) return;
    byGroup.get(textOf(row.fields, groupProperty))?.delete(textOf(row.fields, keyProperty));
  };
  const set = (id: string, next: Row | undefined) => {
    const previous = collection.get(id);
    if (previous !== undefined) unindex(previous);
    if (next === undefined) collection.delete(id);
    else {
      collection.put(id, next);
      index(next);
    }
  };
  const write = (id: string, next: Row | undefined, changeType: ChangeType | null) => {
    const previous = collection.get(id);
    const change = changeType === null ? null : { table: name, id, changeType, at: now() };
    onWrite(() => set(id, previous), change);
    set(id, next);
  };
  const stamped = (fields: Fields): Fields =>
    "lastModifiedDateTime" in fields ? { ...fields, lastModifiedDateTime: now() } : fields;
  const existing = (id: string): Row => {
    const row = collection.get(id);
    if (row === undefined) throw new Error(`${name} has no row ${id}.`);
    return row;
  };

  for (const row of collection.values()) index(row);
  return {
    name,
    get: (id) => collection.get(id),
    find: (value) => collection.get(byUnique.get(value) ?? ""),
    grouped: (value) => [...(byGroup.get(value) ?? [])].map(existing),
    rows: () => collection.values(),
    insert(fields, lines) {
      const row = makeRow(1, stamped(fields), lines);
      write(textOf(fields, keyProperty), row, "created");
      return row;
    },
    update(id, fields, lines) {
      const previous = existing(id);
      const row = makeRow(previous.version + 1, stamped(fields), lines ?? previous.lines);
      write(id, row, "updated");
      return row;
    },
    recalculate(id, fields) {
      const previous = existing(id);
      write(id, makeRow(previous.version, { ...previous.fields, ...fields }, previous.lines), null);
    },
    delete(id) {
      existing(id);
      write(id, undefined, "deleted");
    },
  };
}

function makeRow(version: number, fields: Fields, lines: readonly Row[] | undefined): Row {
  return lines === undefined ? { version, fields } : { version, fields, lines };
}
