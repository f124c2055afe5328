import type { Row } from "../data/row.ts";
import { badRequest, dialogError } from "./error.ts";
import type { EntitySet } from "./entity-set.ts";
import { compileFilter, type Predicate } from "./filter-match.ts";
import { propertiesOf, type Filter } from "./filter-syntax.ts";
import type { OrderBy, QueryOptions } from "./query-options.ts";
import { renderRow, type Rendered } from "./render.ts";

export type Page = {
  readonly value: Rendered[];
  /** Records that match, whatever the page; `null` when nobody asked. */
  readonly count: number | null;
  /** Where the next page starts; `null` on the last. */
  readonly skipToken: string | null;
  /** What `$top` leaves for the next page. */
  readonly topLeft: number | null;
};

type SortKey = readonly (string | number | boolean)[];

/**
 * One page of the set. A page starts after the last record of the one before, by its place in the
 * order, so that records which come or go meanwhile shift nothing.
 */
export function listPage(set: EntitySet, rows: Iterable<Row>, options: QueryOptions): Page {
  const { filter, flowFilters } = takeFlowFilters(set, options.filter);
  requireFilter(set, filter);
  const matches: Predicate = filter === null ? () => true : compileFilter(filter, set.facts);
  const matching = [...rows].filter((row) => matches(row.fields));

  const order = sortOrder(set, options.orderBy);
  const sorted = matching
    .map((row) => ({ row, key: order.keyOf(row) }))
    .sort((a, b) => order.compare(a.key, b.key));
  const last = options.skipToken === null ? null : decodeToken(options.skipToken);
  const rest = last === null ? sorted : sorted.filter(({ key }) => order.compare(key, last) > 0);
  const skipped = last === null ? rest.slice(options.skip) : rest;
  const wanted = options.top === null ? skipped : skipped.slice(0, options.top);
  const page = wanted.slice(0, options.pageSize);
  const end = page.at(-1);
  const hasMore = wanted.length > page.length && end !== undefined;
  return {
    value: page.map(({ row }) => renderRow(set, row, options, flowFilters)),
    count: options.count ? matching.length : null,
    skipToken: hasMore ? encodeToken(end.key) : null,
    topLeft: options.top === null ? null : options.top - page.length,
  };
}

function requireFilter(set: EntitySet, filter: Filter | null): void {
  const { requiredFilter } = set;
  if (requiredFilter === undefined) return;
  const named = filter === null ? new Set<string>() : propertiesOf(filter);
  if (!requiredFilter.anyOf.some((property) => named.has(property))) {
    throw dialogError(requiredFilter.otherwise);
  }
}

/** Takes `Location_Filter eq 'EAST'` out of the conjunction: it selects no records. */
function takeFlowFilters(
  set: EntitySet,
  filter: Filter | null,
): { filter: Filter | null; flowFilters: ReadonlyMap<string, string> } {
  const flowFilters = new Map<string, string>();
  const strip = (part: Filter): Filter | null => {
    if (part.kind === "compare" && set.flowFilters?.includes(part.property) === true) {
      flowFilters.set(part.property, String(part.value).toUpperCase());
      return null;
    }
    if (part.kind !== "and") return part;
    const left = strip(part.left);
    const right = strip(part.right);
    return left !== null && right !== null ? { kind: "and", left, right } : (left ?? right);
  };
  return { filter: filter === null ? null : strip(filter), flowFilters };
}

function sortOrder(set: EntitySet, orderBy: readonly OrderBy[]) {
  const by = [...orderBy, { property: set.sortProperty, descending: false }];
  for (const { property } of by) {
    if (set.facts.properties.has(property)) continue;
    throw badRequest(
      `Could not find a property named '${property}' on type ` +
        `'Microsoft.NAV.${set.facts.entityName}'.`,
    );
  }
  return {
    /** The record's own key comes last, so that no two records share a place. */
    keyOf: ({ fields }: Row): SortKey =>
      [...by.map(({ property }) => property), set.keyProperty].map((name) => fields[name] ?? ""),
    compare(a: SortKey, b: SortKey): number {
      for (let at = 0; at <= by.length; at += 1) {
        const [left, right] = [a[at] ?? "", b[at] ?? ""];
        if (left !== right) return left < right === (by[at]?.descending === true) ? 1 : -1;
      }
      return 0;
    },
  };
}

const encodeToken = (key: SortKey) => Buffer.from(JSON.stringify(key)).toString("base64url");

function decodeToken(token: string): SortKey {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString()) as SortKey;
  } catch {
    throw badRequest("The $skiptoken is not valid.");
  }
}
