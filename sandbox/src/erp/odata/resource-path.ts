import { badRequest } from "./error.ts";

/** `salesOrders(3f…)` → name `salesOrders`, key `3f…`; a key in quotes comes without them. */
export type Segment = { readonly name: string; readonly key: string | null };

export type ResourcePath = {
  /** The key of `companies(…)` or `Company('…')`; `null` when the URL names no company. */
  readonly company: string | null;
  readonly segments: readonly Segment[];
};

const COMPANY_SEGMENTS: ReadonlySet<string> = new Set(["companies", "Company"]);

/** @param path below the service root, percent-encoded as it came, without the query */
export function parseResourcePath(path: string): ResourcePath {
  const segments = path
    .split("/")
    .filter((part) => part !== "")
    .map(parseSegment);
  const [first, ...rest] = segments;
  if (first !== undefined && COMPANY_SEGMENTS.has(first.name) && first.key !== null) {
    return { company: first.key, segments: rest };
  }
  return { company: null, segments };
}

function parseSegment(text: string): Segment {
  const decoded = decode(text);
  const [, name, key] = /^([^(]+)(?:\((.*)\))?$/s.exec(decoded) ?? [];
  if (name === undefined) throw badRequest(`Bad Request - Error in query syntax at '${decoded}'.`);
  return { name, key: key === undefined ? null : unquote(key) };
}

function unquote(key: string): string {
  return /^'.*'$/s.test(key) ? key.slice(1, -1).replaceAll("''", "'") : key.toLowerCase();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest(`Bad Request - Error in query syntax at '${text}'.`);
  }
}
