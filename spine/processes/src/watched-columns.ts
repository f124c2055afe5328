import type { Instant, LocalDate, OrderState, OrderStatus } from "@crossdock/domain";

/** What operators watch of an order, beside its state: so that they find what waits without reading all states. */
export type WatchedColumns = {
  /** Whether it is on its way, and somebody waits for it. */
  readonly is_open: boolean;
  /** Those that were told to send something of it, by code. */
  readonly warehouses: readonly string[];
  readonly unbilled_since: Instant | null;
  readonly promised_until: string | null;
};

/** Orders that are in one of these are not open: they are over, or all of them is billed. */
export const ENDED_STAGES: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  "INVOICED",
  "CLOSED",
  "CANCELLED",
  "REJECTED",
]);

/** Nobody waits for a synthetic order: what becomes of it is told by its run. */
export function watchedColumnsOf(state: OrderState): WatchedColumns {
  const isWatched = state.draft.isSynthetic !== true;
  const isOpen = isWatched && !ENDED_STAGES.has(state.status);
  return {
    is_open: isOpen,
    warehouses: warehousesTold(state),
    unbilled_since: isWatched ? unbilledSince(state) : null,
    promised_until: isOpen ? promisedUntil(state) : null,
  };
}

function warehousesTold({ steps }: OrderState): readonly string[] {
  const told = steps.flatMap(({ kind, status, warehouse }) =>
    kind === "releaseOrder" && warehouse !== null && status !== "UNDONE" && status !== "REFUSED"
      ? [warehouse]
      : [],
  );
  return [...new Set(told)].sort();
}

/** A bill that finance has voided is not to be posted any more. */
function unbilledSince({ invoices }: OrderState): Instant | null {
  return earliest(
    invoices.flatMap(({ postedAt, status, openedAt }) =>
      postedAt === null && status !== "VOID" ? [openedAt] : [],
    ),
  );
}

/** What was promised for a day may come until its end. */
function promisedUntil({ sourcing }: OrderState): string | null {
  const on = earliest<LocalDate>(
    sourcing.backorders.flatMap(({ promisedOn }) => (promisedOn === null ? [] : [promisedOn])),
  );
  if (on === null) return null;
  return new Date(Date.parse(`${on}T00:00:00.000Z`) + DAY_MS).toISOString();
}

const DAY_MS = 24 * 60 * 60_000;

function earliest<Text extends string>(texts: readonly Text[]): Text | null {
  return texts.reduce<Text | null>(
    (first, text) => (first === null || text < first ? text : first),
    null,
  );
}
