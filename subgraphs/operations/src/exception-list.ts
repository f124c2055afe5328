import {
  EXCEPTION_OWNERS,
  InvalidValueError,
  type ExceptionOwner,
  type Viewer,
} from "@crossdock/domain";
import type { ExceptionFilter as ExceptionBookFilter } from "@crossdock/processes";
import { connectionOf, decodePosition, parseFirst, type Connection } from "@crossdock/subgraph-kit";
import { z } from "zod";
import type { ExceptionFilter } from "../generated/resolvers.ts";
import type { OperationsDeps } from "./deps.ts";
import { exceptionView, type ExceptionView } from "./exception.ts";

export type ExceptionConnectionView = Connection<ExceptionView>;

export type ExceptionListArgs = {
  readonly filter?: ExceptionFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
};

/** Where an exception stands in lists and snapshots. */
export const positionShape = z.object({ sequence: z.string().regex(/^\d{1,18}$/) });

/**
 * One page of the exceptions of the accounts that the viewer may see, newest first; those that wait, unless
 * the filter says otherwise.
 * @throws {InvalidValueError} on a `first`, `after` or `owner` that makes no sense
 */
export async function listExceptions(
  { filter, first, after }: ExceptionListArgs,
  viewer: Viewer,
  { exceptionBook }: Pick<OperationsDeps, "exceptionBook">,
): Promise<ExceptionConnectionView> {
  const which: ExceptionBookFilter = {
    customerNumbers: viewer.customers,
    ...openness(filter),
    ...(filter?.code == null ? {} : { code: filter.code }),
    ...(filter?.class == null ? {} : { class: filter.class }),
    ...(filter?.owner == null ? {} : { owner: parseOwner(filter.owner) }),
  };
  const { exceptions, hasNextPage } = await exceptionBook.listExceptions({
    ...which,
    first: parseFirst(first),
    after: decodePosition(after, positionShape),
  });
  return connectionOf({
    rows: exceptions.map(({ record, position }) => ({ node: exceptionView(record), position })),
    hasNextPage,
    after,
    totalCount: () => exceptionBook.countExceptions(which),
  });
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
