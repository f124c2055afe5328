import { COMMAND_STATUSES, type CommandRecord } from "@crossdock/commands";
import { readSubject, type Instant, type Viewer } from "@crossdock/domain";
import {
  commandView,
  parseFirst,
  type CommandView,
  type Connection,
} from "@crossdock/subgraph-kit";
import { pageInfoOf } from "./command-list.ts";
import type { OperationsDeps } from "./deps.ts";

/** A command that waits for a person, told to that person. */
export type ExceptionView = {
  readonly id: string;
  readonly code: string;
  readonly summary: string;
  readonly subject: { readonly typename: string; readonly id: string } | null;
  readonly command: CommandView;
  readonly openedAt: Instant;
  readonly resolvedAt: null;
  readonly resolution: null;
  readonly note: null;
  readonly correlationId: string;
};

export type ExceptionConnectionView = Omit<Connection<ExceptionView>, "totalCount"> & {
  readonly totalCount: number | null;
};

export type ExceptionListArgs = {
  readonly filter?: { readonly open?: boolean | null; readonly code?: string | null } | null;
  readonly first?: number | null;
  readonly after?: string | null;
};

const WAITS_FOR_A_PERSON = COMMAND_STATUSES.filter((status) => status === "DEAD_LETTERED");

/**
 * One page of what waits, newest first. A command that a person has dealt with goes on as a command
 * and waits no more, so there are no closed exceptions to list.
 * @throws {InvalidValueError} on a `first` or `after` that makes no sense
 */
export async function listExceptions(
  { filter, first, after }: ExceptionListArgs,
  viewer: Viewer,
  { commandLog }: Pick<OperationsDeps, "commandLog">,
): Promise<ExceptionConnectionView> {
  const page = await commandLog.list({
    customerNumbers: viewer.customers,
    status: filter?.open === false ? [] : WAITS_FOR_A_PERSON,
    first: parseFirst(first),
    after: after ?? null,
  });
  const all = page.entries.map(({ cursor, command }) => ({ cursor, node: exceptionOf(command) }));
  const code = filter?.code ?? null;
  const edges = code === null ? all : all.filter(({ node }) => node.code === code);
  return {
    edges,
    // The page ends where it was read to, also when its last entries were left out.
    pageInfo: {
      ...pageInfoOf(edges, page.hasMore, after),
      endCursor: all.at(-1)?.cursor ?? null,
    },
    totalCount: code === null ? page.total : null,
  };
}

/** @param command dead-lettered */
export function exceptionOf(command: CommandRecord): ExceptionView {
  return {
    id: command.id,
    code: command.error?.code ?? "UNKNOWN",
    summary: summaryOf(command),
    subject: command.result ?? documentOf(command),
    command: commandView(command),
    openedAt: command.completedAt ?? command.acceptedAt,
    resolvedAt: null,
    resolution: null,
    note: null,
    correlationId: command.correlationId,
  };
}

const TASKS: Readonly<Record<string, string>> = {
  "orders.submitOrder": "Creating the order in the ERP",
  "shipments.releaseOrder": "Releasing the order to the warehouse",
  "billing.raiseInvoice": "Raising the invoice in finance",
};

function summaryOf({ type, attempts, error }: CommandRecord): string {
  const task = TASKS[type] ?? `The command ${type}`;
  const tries = attempts === 1 ? "one try" : `${String(attempts)} tries`;
  return `${task} failed after ${tries}: ${error?.message ?? "nobody knows why."}`;
}

const TYPENAMES = {
  order: "Order",
  stock: "Product",
  shipment: "Shipment",
  invoice: "Invoice",
  customer: "Customer",
  command: "Command",
} as const;

/** What the command locks is what it is about. */
function documentOf({ subject }: CommandRecord): ExceptionView["subject"] {
  const named = readSubject(subject);
  return named === null ? null : { typename: TYPENAMES[named.kind], id: named.id };
}
