import type { Instant, OrderState } from "@crossdock/domain";
import { APPROVAL_STEP, isPositive } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { OrderLineView } from "../models.ts";
import type { ReadHold } from "./holds.ts";
import { reachedAt } from "./timeline.ts";

export type Blocker = {
  readonly code: string;
  readonly message: string;
  readonly since: Instant | null;
  readonly owner: BlockerOwner;
};
type BlockerOwner = "customer" | "warehouse" | "finance" | "operator" | "source";

/** A step takes this long when all is well; what takes longer is in the way. */
const USUAL_STEP_MS = 2_000;

export type BlockerQuestion = {
  readonly record: OrderRecord;
  readonly holds: readonly ReadHold[];
  readonly lines: readonly OrderLineView[];
  readonly nowMs: number;
  /** As configured: a clerk knows the systems by these names. */
  readonly names: { readonly erp: string; readonly wms: string; readonly finance: string };
};

/**
 * Everything that stands in the way now, in plain words: holds first, then the step that waits for a
 * system, then goods that wait for stock. Empty when the order moves, or is done.
 */
export function blockersOf(question: BlockerQuestion): readonly Blocker[] {
  const { record, holds } = question;
  const held = holds.map((hold) => ({
    code: hold.code,
    message: hold.reason,
    since: hold.since,
    owner: ownerOf(hold),
  }));
  if (record.status === "REJECTED" || record.status === "CANCELLED") return held;
  const steps = record.state === null ? [] : lateSteps(record.state, question);
  return [...held, ...steps, ...missingStock(question)];
}

/** Steps that were asked for and have not happened; one that is held is told by its hold. */
function lateSteps(
  state: OrderState,
  { holds, names, nowMs }: BlockerQuestion,
): readonly Blocker[] {
  const isHeld = (step: string): boolean => holds.some((hold) => hold.step === step);
  const isLate = (since: Instant): boolean => nowMs - Date.parse(since) > USUAL_STEP_MS;
  const { placedAt } = state.draft;
  if (state.number === null) {
    const message = `${names.erp} has not created the order yet. It is kept and will be sent again.`;
    const waits = !isHeld("createOrder") && !isHeld(APPROVAL_STEP) && isLate(placedAt);
    return waits ? [{ code: "WAITING_FOR_ERP", message, since: placedAt, owner: "source" }] : [];
  }
  const confirmedAt = reachedAt(state, "CONFIRMED") ?? placedAt;
  const release = state.steps.findLast(({ kind }) => kind === "releaseOrder");
  const isAtWarehouse = state.shipments.some(({ status }) => status !== "CANCELLED");
  if (release?.status === "ASKED" && !isAtWarehouse) {
    const message = `${names.wms} has not taken the order yet. It is kept and will be sent again.`;
    const waits = !isHeld("releaseOrder") && isLate(confirmedAt);
    return waits
      ? [{ code: "WAITING_FOR_WAREHOUSE", message, since: confirmedAt, owner: "source" }]
      : [];
  }
  if (isHeld("raiseInvoice")) return [];
  return state.invoices
    .filter(
      ({ postedAt, requestedAt }) =>
        postedAt === null && requestedAt !== null && isLate(requestedAt),
    )
    .map(({ number, requestedAt }) => ({
      code: "WAITING_FOR_INVOICE",
      message: `${names.finance} has not posted invoice ${number} yet.`,
      since: requestedAt,
      owner: "finance" as const,
    }));
}

function missingStock({ record, lines }: BlockerQuestion): readonly Blocker[] {
  const since = record.state === null ? null : reachedAt(record.state, "ALLOCATED");
  return lines
    .filter((line) => isPositive(line.backordered.value))
    .map(({ lineNumber, sku, backordered }) => ({
      code: "WAITING_FOR_STOCK",
      message: `Line ${String(lineNumber)}: ${backordered.value} ${backordered.uom} of ${sku} wait for stock.`,
      since,
      owner: "warehouse" as const,
    }));
}

const OWNERS: Readonly<Record<string, BlockerOwner>> = {
  CUSTOMER_ON_HOLD: "finance",
  CREDIT_EXCEEDED: "finance",
  PERIOD_CLOSED: "finance",
  INVALID_QUANTITY: "customer",
  WAREHOUSE_EXCEPTION: "warehouse",
  SOURCE_UNAVAILABLE: "source",
};

/** By what is wrong; a failure that says nothing of that is for the people who run the API. */
function ownerOf({ code }: ReadHold): BlockerOwner {
  return OWNERS[code] ?? "operator";
}
