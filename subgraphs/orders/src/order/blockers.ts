import {
  billBlockersOf,
  isPositive,
  waitsForAll,
  type Instant,
  type OrderState,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { OrderLineView } from "../models.ts";
import { ownerOf, type BlockerOwner } from "./blocker-owners.ts";
import type { ReadHold } from "./holds.ts";
import { lateSteps, linesOfShipment, releaseOwner, type SystemNames } from "./late-steps.ts";
import type { PausedSince } from "./paused-systems.ts";
import { reachedAt } from "./timeline.ts";

export type Blocker = {
  readonly code: string;
  /** As a clerk reads it out. */
  readonly message: string;
  readonly since: Instant | null;
  readonly owner: BlockerOwner;
};

/** With the lines that it keeps from moving, by their numbers; `null`: all of them. */
export type LineBlocker = Blocker & { readonly lines: readonly number[] | null };

export type BlockerQuestion = {
  readonly record: OrderRecord;
  readonly holds: readonly ReadHold[];
  readonly lines: readonly OrderLineView[];
  readonly nowMs: number;
  /** As configured: a clerk knows the systems by these names. */
  readonly names: SystemNames;
  readonly pausedSince: PausedSince;
};

/**
 * Everything that stands in the way now, in plain words: holds first, then the step that waits for a
 * system, then bills that wait for something, then goods that wait for stock. Empty when the order moves, or is done.
 */
export function blockersOf(question: BlockerQuestion): readonly LineBlocker[] {
  const { record, holds } = question;
  const { state, status } = record;
  const held = holds.map((hold) => ({
    code: hold.code,
    message: hold.reason,
    since: hold.since,
    owner: ownerOf(hold),
    lines: state === null ? null : linesOfHold(state, hold),
  }));
  if (status === "REJECTED" || status === "CANCELLED") return held;
  const missing = missingStock(question);
  if (state === null) return [...held, ...missing];
  return [
    ...held,
    ...lateSteps(state, question),
    ...waitingBills(state, holds),
    ...missing,
    ...waitingForOthers(state, question),
  ];
}

/** What of it keeps one line from moving; nothing does when all of that line is billed. */
export function blockersOfLine(
  blockers: readonly LineBlocker[],
  { lineNumber, ordered, invoiced }: OrderLineView,
): readonly LineBlocker[] {
  if (ordered.value === invoiced.value && ordered.uom === invoiced.uom) return [];
  return blockers.filter(({ lines }) => lines === null || lines.includes(lineNumber));
}

/** What is held up by it: a shipment, a release, a bill; everything where it is the order's own. */
function linesOfHold(state: OrderState, { step }: ReadHold): readonly number[] | null {
  if (step === null) return null;
  const shipment = /^shipment-(.+)$/.exec(step)?.[1];
  if (shipment !== undefined) return linesOfShipment(state, shipment);
  const bill = state.invoices.find(({ number }) => step.endsWith(`-${number}`));
  if (bill !== undefined) return linesOfShipment(state, bill.shipmentId);
  const release = state.steps.find(
    ({ kind, release: number }) => kind === "releaseOrder" && releaseOwner(number) === step,
  );
  return release === undefined ? null : release.lines.map(({ lineNumber }) => lineNumber);
}

/** Bills that finance was not asked for yet; what is held is told by its hold. */
function waitingBills(state: OrderState, holds: readonly ReadHold[]): readonly LineBlocker[] {
  return billBlockersOf(state)
    .filter(({ invoiceNumber }) => !holds.some(({ step }) => step?.endsWith(`-${invoiceNumber}`)))
    .map(({ code, message, since, owner, shipmentId }) => ({
      code,
      message,
      since,
      owner: owner === "masterData" ? "operator" : owner,
      lines: linesOfShipment(state, shipmentId),
    }));
}

function missingStock({ record: { state }, lines }: BlockerQuestion): readonly LineBlocker[] {
  const since = state === null ? null : reachedAt(state, "ALLOCATED");
  return lines
    .filter((line) => isPositive(line.backordered.value))
    .map(({ lineNumber, sku, backordered, promisedOn }) => {
      const { value, uom } = backordered;
      const waiting = `Line ${String(lineNumber)}: ${value} ${uom} of ${sku} wait for stock`;
      const why = state?.sourcing.backorders.find((other) => other.lineNumber === lineNumber);
      const promise = promisedOn === null ? "." : `, promised for ${promisedOn}.`;
      return {
        code: "WAITING_FOR_STOCK",
        message: `${waiting}${promise}${why === undefined ? "" : ` ${why.reason}`}`,
        since,
        owner: "warehouse",
        lines: [lineNumber],
      };
    });
}

/** Of an order that goes out whole or not at all: the lines that are there wait for those that are not. */
function waitingForOthers(state: OrderState, { lines }: BlockerQuestion): readonly LineBlocker[] {
  if (!waitsForAll(state)) return [];
  const others = lines.filter(({ backordered }) => !isPositive(backordered.value));
  if (others.length === 0) return [];
  return [
    {
      code: "WAITING_TO_SHIP_COMPLETE",
      message: "The buyer wants all of it at once: what is there waits for what is not.",
      since: reachedAt(state, "CONFIRMED"),
      owner: "warehouse",
      lines: others.map(({ lineNumber }) => lineNumber),
    },
  ];
}
