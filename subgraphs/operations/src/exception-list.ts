import {
  EXCEPTION_OWNERS,
  instantOf,
  InvalidValueError,
  type ExceptionOwner,
  type Viewer,
} from "@crossdock/domain";
import { encodeCursor } from "@crossdock/events";
import type { ExceptionFilter as ExceptionBookFilter } from "@crossdock/processes";
import { connectionOf, decodePosition, parseFirst, type Connection } from "@crossdock/subgraph-kit";
import { z } from "zod";
import type { ExceptionFilter, ExceptionSort } from "../generated/resolvers.ts";
import type { OperationsDeps } from "./deps.ts";
import { exceptionView, type ExceptionView } from "./exception.ts";

export type ExceptionConnectionView = Connection<ExceptionView> & {
  /** Where the event log stood before the page was read. */
  readonly eventCursor: string;
};

export type ExceptionListArgs = {
  readonly filter?: ExceptionFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
  readonly sort?: ExceptionSort | null;
};

const sequence = z.string().regex(/^\d{1,18}$/);
/** Where an exception stands in snapshots, and in lists that begin with the newest. */
export const positionShape = z.strictObject({ sequence });
/** … and in those that begin with what is due soonest. */
const duePosition = z.strictObject({
  sequence,
  dueAt: z.iso.datetime().transform((raw) => instantOf(new Date(raw))),
});
const MAX_IDS = 100;
/** Operators have ten thousand of them on one screen after a bad night. */
const MAX_PAGE_EXCEPTIONS = 500;
const MAX_TEXT_LENGTH = 200;

/**
 * One page of the exceptions of the accounts that the viewer may see; those that wait, unless the filter says
 * otherwise.
 * @throws {InvalidValueError} on a `first`, `after` or filter that makes no sense
 */
export async function listExceptions(
  { filter, first, after, sort }: ExceptionListArgs,
  viewer: Viewer,
  { exceptionBook, eventLog }: Pick<OperationsDeps, "exceptionBook" | "eventLog">,
): Promise<ExceptionConnectionView> {
  const which = { ...parseFilter(filter, viewer), ...openness(filter) };
  const isByDue = sort === "DUE_FIRST";
  // Before the book: what changes while it is read is told again by its event.
  const head = await eventLog.head();
  const { exceptions, hasNextPage } = await exceptionBook.listExceptions({
    ...which,
    first: parseFirst(first, MAX_PAGE_EXCEPTIONS),
    sort: isByDue ? "DUE_FIRST" : "NEWEST",
    after: isByDue ? decodePosition(after, duePosition) : decodePosition(after, positionShape),
  });
  const page = connectionOf({
    rows: exceptions.map(({ record, position }) => ({ node: exceptionView(record), position })),
    hasNextPage,
    after,
    totalCount: () => exceptionBook.countExceptions(which),
  });
  return { ...page, eventCursor: encodeCursor(head) };
}

/**
 * All of a filter but whether they are open.
 * @throws {InvalidValueError} on an `owner` or `ids` that makes no sense
 */
export function parseFilter(
  filter: ExceptionListArgs["filter"],
  viewer: Viewer,
): ExceptionBookFilter {
  const { code, owner, ids, overdue, assignee, class: errorClass } = filter ?? {};
  return {
    customerNumbers: viewer.customers,
    ...(code == null ? {} : { code }),
    ...(errorClass == null ? {} : { class: errorClass }),
    ...(owner == null ? {} : { owner: parseOwner(owner) }),
    ...(ids == null ? {} : { ids: parseIds(ids) }),
    ...(overdue == null ? {} : { isOverdue: overdue }),
    ...(assignee == null ? {} : { assignee }),
  };
}

function parseIds(ids: readonly string[]): readonly string[] {
  const isGood = ids.length <= MAX_IDS && ids.every((id) => id.length <= MAX_TEXT_LENGTH);
  if (!isGood) throw new InvalidValueError("ids", ids.length, `up to ${String(MAX_IDS)} ids`);
  return [...new Set(ids)];
}

/** No filter at all is the default of `open` too. */
function openness(filter: ExceptionListArgs["filter"]): Pick<ExceptionBookFilter, "isOpen"> {
  if (filter == null || filter.open === undefined) return { isOpen: true };
  return filter.open === null ? {} : { isOpen: filter.open };
}

function parseOwner(raw: string): ExceptionOwner {
  const owner = EXCEPTION_OWNERS.find((known) => known === raw);
  if (owner === undefined) throw new InvalidValueError("owner", raw, EXCEPTION_OWNERS.join(", "));
  return owner;
}
