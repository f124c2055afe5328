import { badRequest, ODataError } from "./error.ts";
import { parseFilter, type Filter } from "./filter-syntax.ts";

export const MAX_PAGE_SIZE = 20_000;

export type OrderBy = { readonly property: string; readonly descending: boolean };
export type Expand = ReadonlyMap<string, Shape>;
/** What of a record is shown. */
export type Shape = { readonly select: ReadonlySet<string> | null; readonly expand: Expand };

export type QueryOptions = Shape & {
  readonly filter: Filter | null;
  readonly orderBy: readonly OrderBy[];
  readonly top: number | null;
  readonly skip: number;
  readonly count: boolean;
  readonly skipToken: string | null;
  readonly pageSize: number;
};

/**
 * @param query the URL's query, decoded
 * @param prefer the `Prefer` header
 * @throws {ODataError} 400 for what cannot be read, 413 for a page above 20,000
 */
export function parseQueryOptions(query: URLSearchParams, prefer: string): QueryOptions {
  const filter = query.get("$filter");
  return {
    filter: filter === null ? null : parseFilter(filter, query.get("$schemaversion") ?? undefined),
    orderBy: parseOrderBy(query.get("$orderby")),
    top: wholeNumber("$top", query.get("$top")),
    skip: wholeNumber("$skip", query.get("$skip")) ?? 0,
    count: query.get("$count") === "true",
    skipToken: query.get("$skiptoken"),
    pageSize: pageSizeOf(prefer),
    select: parseSelect(query.get("$select")),
    expand: parseExpand(query.get("$expand") ?? ""),
  };
}

function pageSizeOf(prefer: string): number {
  const wanted = /odata\.maxpagesize\s*=\s*(\d+)/.exec(prefer)?.[1];
  if (wanted === undefined) return MAX_PAGE_SIZE;
  if (Number(wanted) > MAX_PAGE_SIZE) {
    throw new ODataError(
      413,
      "BadRequest",
      `The page size cannot be above ${String(MAX_PAGE_SIZE)}.`,
    );
  }
  return Math.max(1, Number(wanted));
}

function wholeNumber(name: string, text: string | null): number | null {
  if (text === null) return null;
  if (!/^\d+$/.test(text)) throw badRequest(`Invalid value '${text}' for $${name} query option.`);
  return Number(text);
}

function parseOrderBy(text: string | null): OrderBy[] {
  if (text === null) return [];
  return text.split(",").map((part) => {
    const [property = "", direction = "asc"] = part.trim().split(/\s+/);
    return { property, descending: direction === "desc" };
  });
}

function parseSelect(text: string | null): ReadonlySet<string> | null {
  if (text === null || text.trim() === "*") return null;
  return new Set(text.split(",").map((name) => name.trim()));
}

/** `salesOrderLines($select=sequence;$expand=location),customer` */
function parseExpand(text: string): Expand {
  const expand = new Map<string, Shape>();
  for (const part of splitOutside(text, ",")) {
    const [, name, inner] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(part) ?? [];
    if (name === undefined) throw badRequest(`Syntax error in $expand at '${part}'.`);
    const options = new Map(
      splitOutside(inner ?? "", ";").map((option) => {
        const [key = "", ...rest] = option.split("=");
        return [key.trim(), rest.join("=")] as const;
      }),
    );
    expand.set(name, {
      select: parseSelect(options.get("$select") ?? null),
      expand: parseExpand(options.get("$expand") ?? ""),
    });
  }
  return expand;
}

function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at];
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (at < text.length && (depth > 0 || character !== separator)) continue;
    if (text.slice(from, at).trim() !== "") parts.push(text.slice(from, at));
    from = at + 1;
  }
  return parts;
}
