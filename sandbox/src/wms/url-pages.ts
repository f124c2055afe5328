import { z } from "zod";

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 250;

export const pageQuery = z.object({
  PageSize: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
  cursor: z.string().optional(),
});

export type UrlPage<T> = {
  readonly items: readonly T[];
  readonly first: string | null;
  readonly next: string | null;
  readonly prev: string | null;
  readonly last: string | null;
};

/** One page of a list whose answer names its neighbours by URL; the filters stay in the URL. */
export function urlPage<T, V>(
  rows: readonly T[],
  { PageSize, cursor }: z.infer<typeof pageQuery>,
  listUrl: string,
  query: Readonly<Record<string, string>>,
  view: (row: T) => V,
): UrlPage<V> {
  const from = cursor === undefined ? 0 : decodeOffset(cursor);
  const lastFrom = Math.max(0, Math.floor((rows.length - 1) / PageSize) * PageSize);
  const urlOf = (offset: number) => {
    const target = new URLSearchParams(query);
    target.set("cursor", encodeOffset(offset));
    return `${listUrl}?${target.toString()}`;
  };
  return {
    items: rows.slice(from, from + PageSize).map(view),
    first: from === 0 ? null : urlOf(0),
    next: from + PageSize < rows.length ? urlOf(from + PageSize) : null,
    prev: from === 0 ? null : urlOf(Math.max(0, from - PageSize)),
    last: from >= lastFrom ? null : urlOf(lastFrom),
  };
}

function encodeOffset(offset: number): string {
  return Buffer.from(`o:${String(offset)}`).toString("base64url");
}

function decodeOffset(cursor: string): number {
  const offset = Number(Buffer.from(cursor, "base64url").toString().slice(2));
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : 0;
}
