import {
  addDecimals,
  isPositive,
  maxDecimal,
  minDecimal,
  subtractDecimals,
  ZERO,
  type Decimal,
} from "../decimal.ts";
import { isOut } from "../order-shipment.ts";
import type { FulfilmentStep, OrderShipment, OrderState } from "../order-state.ts";
import { quantity } from "../quantity.ts";
import type { ShortfallReason } from "../shipment.ts";
import type { OrderAllocation } from "../sourcing/order-sourcing.ts";
import type { SourcingAssignment, SourcingBackorder } from "../sourcing/sourcing-plan.ts";

/**
 * What of each line comes from where as things stand: what warehouses were told and will send, then what is planned.
 * With the backorders it adds up to what was ordered.
 */
export function allocationsOf(state: OrderState): readonly OrderAllocation[] {
  const released = state.steps.flatMap((step): OrderAllocation[] =>
    step.warehouse === null
      ? []
      : step.lines.flatMap(({ lineNumber, quantity: { uom }, reason }) => {
          const value = sentBy(state, step, lineNumber);
          if (!isPositive(value) || step.warehouse === null) return [];
          const { warehouse, release } = step;
          return [{ lineNumber, warehouse, quantity: quantity(value, uom), reason, release }];
        }),
  );
  const planned = state.sourcing.planned.map((part) => ({ ...part, release: null }));
  return [...released, ...planned];
}

/**
 * Puts the sourcing in order after something happened to releases or shipments: what no warehouse will send waits
 * again, and what is there after all waits no more. From facts alone, so that their order does not matter.
 */
export function withSourcing(state: OrderState): OrderState {
  if (state.status === "CANCELLED" || state.status === "REJECTED") return state;
  const planned: SourcingAssignment[] = [];
  const backorders: SourcingBackorder[] = [];
  for (const { lineNumber, orderedBase } of state.draft.lines) {
    const { uom } = orderedBase;
    let open = maxDecimal(subtractDecimals(orderedBase.value, told(state, lineNumber)), ZERO);
    for (const part of state.sourcing.planned) {
      if (part.lineNumber !== lineNumber) continue;
      const value = minDecimal(part.quantity.value, open);
      open = subtractDecimals(open, value);
      if (isPositive(value)) planned.push({ ...part, quantity: quantity(value, uom) });
    }
    if (!isPositive(open)) continue;
    const known = state.sourcing.backorders.find((other) => other.lineNumber === lineNumber);
    const reason = known?.reason ?? whyNotSent(state, lineNumber);
    const promisedOn = known?.promisedOn ?? null;
    const isUnsourced = known?.isUnsourced === true ? { isUnsourced: true } : {};
    backorders.push({
      lineNumber,
      quantity: quantity(open, uom),
      promisedOn,
      reason,
      ...isUnsourced,
    });
  }
  return { ...state, sourcing: { ...state.sourcing, planned, backorders } };
}

/** Takes a release as never made: its goods are planned again, for the same warehouse. */
export function withUndone(state: OrderState, undone: FulfilmentStep): OrderState {
  const { warehouse } = undone;
  const steps = state.steps.map((step) =>
    step === undone ? { ...step, status: "UNDONE" as const } : step,
  );
  const back = warehouse === null ? [] : undone.lines.map((line) => ({ ...line, warehouse }));
  const planned = [...back, ...state.sourcing.planned];
  return withSourcing({ ...state, steps, sourcing: { ...state.sourcing, planned } });
}

/** The release that a shipment is of; `null` when nobody told and there were several. */
export function releaseOf(
  { steps }: OrderState,
  { release }: Pick<OrderShipment, "release">,
): FulfilmentStep | null {
  const releases = steps.filter(({ kind }) => kind === "releaseOrder");
  if (release != null) return releases.find((step) => step.release === release) ?? null;
  const live = releases.filter(({ status }) => status !== "UNDONE");
  const candidates = live.length > 0 ? live : releases;
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/** What of the line warehouses were told and will send, in base units. */
function told(state: OrderState, lineNumber: number): Decimal {
  const ofReleases = state.steps.map((step) => sentBy(state, step, lineNumber));
  const strays = state.shipments.filter(
    (shipment) => isOut(shipment) && releaseOf(state, shipment) === null && !hasLive(state),
  );
  return addDecimals(ZERO, ...ofReleases, piecesOf(strays, lineNumber));
}

function hasLive({ steps }: OrderState): boolean {
  return steps.some(({ kind, status }) => kind === "releaseOrder" && status !== "UNDONE");
}

/**
 * What of the line the release sends, in base units: what the warehouse was told, less what it fell short of and what
 * it cancelled and did not put into another shipment. Of a release that was taken back, what had left all the same.
 */
function sentBy(state: OrderState, step: FulfilmentStep, lineNumber: number): Decimal {
  if (step.kind !== "releaseOrder") return ZERO;
  const shipments = state.shipments.filter((shipment) => releaseOf(state, shipment) === step);
  if (step.status === "UNDONE") return piecesOf(shipments.filter(isOut), lineNumber);
  const line = step.lines.find((other) => other.lineNumber === lineNumber);
  if (line === undefined) return ZERO;
  const { value: asked } = line.quantity;
  // What we take back ourselves is no failure of the warehouse.
  if (step.status === "UNDOING") return asked;
  const cancelled = shipments.filter(({ status }) => status === "CANCELLED");
  const live = shipments.filter(({ status }) => status !== "CANCELLED");
  const missing = maxDecimal(subtractDecimals(asked, piecesOf(live, lineNumber)), ZERO);
  const gone = addDecimals(piecesOf(cancelled, lineNumber), shortOf(cancelled, lineNumber));
  const lost = minDecimal(gone, missing);
  const left = subtractDecimals(asked, lost, shortOf(live, lineNumber));
  return maxDecimal(left, piecesOf(live.filter(isOut), lineNumber));
}

function piecesOf(shipments: readonly OrderShipment[], lineNumber: number): Decimal {
  const lines = shipments.flatMap((shipment) => shipment.lines);
  const its = lines.filter((line) => line.lineNumber === lineNumber);
  return addDecimals(ZERO, ...its.map((line) => line.quantity.value));
}

function shortOf(shipments: readonly OrderShipment[], lineNumber: number): Decimal {
  const its = shipments
    .flatMap(({ shortfalls = [] }) => shortfalls)
    .filter((shortfall) => shortfall.lineNumber === lineNumber);
  return addDecimals(ZERO, ...its.map((shortfall) => shortfall.quantity.value));
}

const SHORT_WORDS: Readonly<Record<ShortfallReason, string>> = {
  SHORT_PICK: "found too few on the shelf",
  DAMAGED: "found pieces damaged",
  WRONG_LOT: "found another lot",
};

/** Why a line waits that a warehouse was to send, in words of a clerk. */
function whyNotSent(state: OrderState, lineNumber: number): string {
  for (const shipment of state.shipments.toReversed()) {
    const { warehouse = null } = releaseOf(state, shipment) ?? {};
    const who = warehouse ?? "The warehouse";
    const shortfall = shipment.shortfalls?.find((other) => other.lineNumber === lineNumber);
    if (shortfall !== undefined) {
      return `${who} ${SHORT_WORDS[shortfall.reason]} for shipment ${shipment.number}.`;
    }
    const isIn = shipment.lines.some((line) => line.lineNumber === lineNumber);
    if (isIn && shipment.status === "CANCELLED")
      return `${who} cancelled shipment ${shipment.number}.`;
  }
  return "No warehouse was found for it yet.";
}
