import type { Instant } from "@crossdock/domain";

/** Keys in one filter: longer URLs are cut off by proxies on the way. */
export const MAX_KEYS_PER_FILTER = 40;
/** Operations that the source takes in one `$batch`. */
export const MAX_BATCH_PARTS = 100;

/** A list of one entity set. `query` holds OData options as they are written: `$filter` and so on. */
export type ODataRead = {
  readonly set: string;
  readonly query: Readonly<Record<string, string>>;
  /** What `query` asks for, by property: a row that has none of the values is none of ours. */
  readonly only?: Readonly<Record<string, readonly string[]>>;
};

/** One change among those that are made together. */
export type ODataChange = {
  readonly method: "POST" | "PATCH" | "DELETE";
  /** Below the company. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
  /** The version that it changes; `null` for what is new. */
  readonly etag: string | null;
};

/** A text literal. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * `number eq 'A' or number eq 'B'`, in brackets. `in` needs a schema version that not every tenant
 * has; `or` works everywhere, as long as it stays on one property.
 */
export function anyOf(property: string, values: readonly string[]): string {
  return `(${values.map((value) => `${property} eq ${quote(value)}`).join(" or ")})`;
}

export function allOf(...conditions: readonly (string | null)[]): string {
  return conditions.filter((condition) => condition !== null).join(" and ");
}

export function changedSince(since: Instant): string {
  return `lastModifiedDateTime ge ${since}`;
}

export function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}

/** Documents in the order of their keys, `null` where there is none. */
export function inKeyOrder<Key, Document>(
  keys: readonly Key[],
  documents: readonly Document[],
  keyOf: (document: Document) => Key,
): (Document | null)[] {
  const found = new Map(documents.map((document) => [keyOf(document), document]));
  return keys.map((key) => found.get(key) ?? null);
}
