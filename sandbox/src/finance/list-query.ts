import type { FastifyRequest } from "fastify";
import { accessProblem, queryParseProblem } from "./problems.ts";
import { parseWhere, type Fields } from "./where-filter.ts";
import type { Detail } from "./render.ts";
import { envelope } from "./xero-json.ts";

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

export type Query = Readonly<Record<string, string | undefined>>;

type ListOf<R> = {
  readonly name: string;
  readonly rows: Iterable<R>;
  readonly fields: Fields<R>;
  readonly updatedAt: (row: R) => string;
  readonly render: (row: R, detail: Detail) => unknown;
};

/**
 * Where, If-Modified-Since, order and paging, which all lists of the API share. Without `page`
 * everything comes at once, and without line items.
 */
export function answerList<R>(request: FastifyRequest, list: ListOf<R>): object {
  const query = queryOf(request);
  let rows = [...list.rows];
  const where = query["where"];
  if (where !== undefined && where !== "") rows = rows.filter(parseWhere(where, list.fields));
  const since = modifiedSince(request);
  if (since !== null) rows = rows.filter((row) => Date.parse(list.updatedAt(row)) > since);
  rows = inOrder(rows, query["order"], list.fields);
  const page = pageOf(query);
  const detail = query["summaryOnly"] === "true" ? "summary" : page === null ? "list" : "full";
  const shown =
    page === null ? rows : rows.slice((page.page - 1) * page.pageSize).slice(0, page.pageSize);
  const pagination = page && {
    pagination: {
      ...page,
      pageCount: Math.ceil(rows.length / page.pageSize),
      itemCount: rows.length,
    },
  };
  return envelope(
    list.name,
    shown.map((row) => list.render(row, detail)),
    pagination ?? {},
  );
}

export function queryOf(request: FastifyRequest): Query {
  const raw = request.query as Record<string, string | string[]>;
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : value,
    ]),
  );
}

/** A comma separated list; `null` when the parameter is missing or empty. */
export function listParameter(query: Query, name: string): ReadonlySet<string> | null {
  const raw = query[name];
  if (raw === undefined || raw === "") return null;
  return new Set(raw.split(",").map((part) => part.trim().replace(/^"|"$/g, "").toLowerCase()));
}

/** Milliseconds. A time without a zone is UTC, as the vendor documents it. */
function modifiedSince(request: FastifyRequest): number | null {
  const raw = request.headers["if-modified-since"];
  if (raw === undefined) return null;
  const zoned = /(?:Z|GMT|[+-]\d{2}:?\d{2})$/.test(raw) ? raw : `${raw}Z`;
  const ms = Date.parse(zoned);
  if (Number.isNaN(ms)) throw accessProblem(400, "Bad Request", "If-Modified-Since is no date.");
  return ms;
}

function pageOf(query: Query): { readonly page: number; readonly pageSize: number } | null {
  if (query["page"] === undefined && query["pageSize"] === undefined) return null;
  const page = Number(query["page"] ?? 1);
  const pageSize = Number(query["pageSize"] ?? DEFAULT_PAGE_SIZE);
  const isValid = Number.isInteger(page) && page >= 1 && Number.isInteger(pageSize);
  if (!isValid || pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
    throw queryParseProblem(`page starts at 1, pageSize is 1 to ${String(MAX_PAGE_SIZE)}`);
  }
  return { page, pageSize };
}

function inOrder<R>(rows: R[], order: string | undefined, fields: Fields<R>): R[] {
  if (order === undefined || order === "") return rows;
  const keys = order.split(",").map((part) => {
    const [name = "", direction = "ASC"] = part.trim().split(/\s+/);
    const field = fields[name];
    if (field === undefined) throw queryParseProblem(`No property or field '${name}' exists`);
    return { field, sign: direction.toUpperCase() === "DESC" ? -1 : 1 };
  });
  return rows.sort((a, b) => {
    for (const { field, sign } of keys) {
      const [left, right] = [field(a) ?? "", field(b) ?? ""];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  });
}
