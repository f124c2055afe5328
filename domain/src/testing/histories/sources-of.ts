import { PLAIN_TERMS, type BillingTerms } from "../../bill.ts";
import { parseDecimal, ZERO } from "../../decimal.ts";
import {
  parseInvoiceId,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
  type InvoiceNumber,
  type OrderNumber,
  type WarehouseCode,
} from "../../identifiers.ts";
import type { InvoiceStatus } from "../../invoice.ts";
import { mergeShipment } from "../../merge-shipment.ts";
import type { OrderDraft, OrderDraftLine } from "../../order.ts";
import type {
  InvoiceSnapshot,
  OrderToCashEvent,
  ShipmentSnapshot,
} from "../../order-to-cash/events.ts";
import { parseUomCode, quantity, subtractQuantities, type Quantity } from "../../quantity.ts";
import { statusSince, type Milestone, type Shipment, type ShipmentStatus } from "../../shipment.ts";
import type { SourcingPlan } from "../../sourcing/sourcing-plan.ts";
import { parseInstant, type Instant } from "../../time.ts";
import { money } from "../invoices.ts";
import { orderOfFive } from "../orders.ts";
import { REACHES, type Parcel, type Plan, type Truth } from "./truth.ts";

export const ORDER_NUMBER = "SO-0005001" as OrderNumber;
const SKU = parseSku("NG-10001");
const EA = parseUomCode("EA");
const BX = parseUomCode("BX");
const START_MS = Date.UTC(2026, 10, 21, 8);
/** Parcels do not share a moment, so that their steps have one order of time. */
const SECONDS_PER_PARCEL = 100;
/** What is sent is sent after all that our own commands did. */
const FIRST_PARCEL_SECOND = 10_000;
const FIRST_BILL_SECOND = 20_000;

/** So many seconds after the order was placed. */
export function second(count: number): Instant {
  return parseInstant(new Date(START_MS + count * 1_000).toISOString());
}

export function pieces(count: number): Quantity {
  return quantity(parseDecimal(String(count)), EA);
}

/** The warehouse that most of an order comes from, another one, and the one where what waited for turns up. */
export const [EAST, WEST, SOUTH] = ["EAST", "WEST", "SOUTH"].map(parseWarehouseCode) as [
  WarehouseCode,
  WarehouseCode,
  WarehouseCode,
];

/** The order as its buyer placed it. */
export function draftOf(truth: Truth): OrderDraft {
  const lines = draftLines(truth.lines);
  const holds = truth.approvals.map((code) => ({ code, reason: "Somebody has to look." }));
  return {
    ...orderOfFive,
    placedAt: second(0),
    warehouse: EAST,
    lines,
    ...(truth.plan === null ? {} : { sourcing: sourcingPlanOf(truth.plan, lines) }),
    acceptance: {
      rules: "acceptance/1",
      inStockOnly: false,
      isPromised: false,
      holds,
      notices: [],
    },
  };
}

function sourcingPlanOf(plan: Plan, lines: readonly OrderDraftLine[]): SourcingPlan {
  const parts = lines.map(({ lineNumber, orderedBase }, at) => {
    const whole = Number(orderedBase.value);
    const missing = Math.min(plan.missing[at] ?? 0, whole);
    const elsewhere = Math.min(plan.elsewhere[at] ?? 0, whole - missing);
    return { lineNumber, missing, elsewhere, here: whole - missing - elsewhere };
  });
  const from = (warehouse: WarehouseCode, part: "here" | "elsewhere") =>
    parts
      .filter((line) => line[part] > 0)
      .map((line) => ({
        lineNumber: line.lineNumber,
        warehouse,
        quantity: pieces(line[part]),
        reason: "It has them.",
      }));
  return {
    rule: "fewest-shipments/1",
    shipComplete: plan.shipComplete,
    assignments: [...from(EAST, "here"), ...from(WEST, "elsewhere")],
    backorders: parts
      .filter(({ missing }) => missing > 0)
      .map(({ lineNumber, missing }) => ({
        lineNumber,
        quantity: pieces(missing),
        promisedOn: null,
        reason: "Nobody has them.",
      })),
  };
}

/** What its bills wait for. */
export function termsOf({ isTaxedBySource, isFreightBilled }: Truth): BillingTerms {
  return {
    ...PLAIN_TERMS,
    tax: isTaxedBySource ? "SOURCE" : "FINANCE",
    freight: isFreightBilled ? "BILLED" : "IN_PRICES",
    priceTolerance: ZERO,
  };
}

/** @param lines the boxes of each, and what is in a box */
export function draftLines(lines: Truth["lines"]): OrderDraftLine[] {
  const [model] = orderOfFive.lines;
  if (model === undefined) throw new Error("There is no line to go by.");
  return lines.map(({ boxes, perBox }, at) => ({
    ...model,
    lineNumber: at + 1,
    ordered: quantity(parseDecimal(String(boxes)), perBox === 1 ? EA : BX),
    orderedBase: pieces(boxes * perBox),
  }));
}

/** What is to be sent of a line, in base units. */
export type ReleasedLine = { readonly lineNumber: number; readonly quantity: Quantity };

/** A parcel with what is in it. */
export type Sending = {
  readonly id: string;
  readonly release: number;
  readonly warehouse: WarehouseCode;
  readonly lines: readonly ReleasedLine[];
  /** Of these, what is not found when it is packed. */
  readonly short: readonly ReleasedLine[];
  readonly steps: readonly ShipmentStatus[];
  readonly startsAt: number;
  readonly bill: Parcel["bill"];
  readonly payments: number;
};

/** What a warehouse was told. */
export type Released = {
  readonly release: number;
  readonly warehouse: WarehouseCode;
  readonly lines: readonly ReleasedLine[];
};

/** Deals what is released out to the parcels; one without goods is not sent. */
export function sendingsOf({ parcels }: Truth, released: Released): readonly Sending[] {
  const { release, warehouse } = released;
  return parcels
    .map((parcel, nth): Sending => {
      const lines = released.lines.flatMap(({ lineNumber, quantity: whole }) => {
        const share = shareOf(parcels, nth, lineNumber - 1, Number(whole.value));
        return share === 0 ? [] : [{ lineNumber, quantity: pieces(share) }];
      });
      return {
        id: `${warehouse}-${String(nth + 1)}`,
        release,
        warehouse,
        lines,
        short: lines.flatMap(({ lineNumber, quantity: all }) => {
          const missing = Math.min(parcel.short[lineNumber - 1] ?? 0, Number(all.value) - 1);
          return missing <= 0 ? [] : [{ lineNumber, quantity: pieces(missing) }];
        }),
        steps: stepsOf(parcel),
        startsAt: FIRST_PARCEL_SECOND + nth * SECONDS_PER_PARCEL,
        bill: parcel.bill,
        payments: parcel.payments,
      };
    })
    .filter(({ lines }) => lines.length > 0);
}

/** What turned up later goes out in one parcel and without trouble: how much is in it goes by who looked when. */
export function lateSendingOf({ release, warehouse, lines }: Released): Sending {
  return {
    id: `${warehouse}-${String(release)}`,
    release,
    warehouse,
    lines,
    short: [],
    steps: REACHES,
    startsAt: FIRST_PARCEL_SECOND + release * SECONDS_PER_PARCEL,
    bill: "made",
    payments: 0,
  };
}

/** Of a release that is taken back again, nothing leaves. */
export function doomed(sendings: readonly Sending[]): readonly Sending[] {
  return sendings.map((sending) => ({
    ...sending,
    id: `OLD-${String(sending.release)}-${sending.id}`,
    steps: ["RELEASED"],
  }));
}

/** By weight, in whole pieces; where nobody takes any, the first parcel takes all. */
function shareOf(parcels: readonly Parcel[], nth: number, line: number, whole: number): number {
  const weights = parcels.map(({ weights: its }) => its[line] ?? 0);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return nth === 0 ? whole : 0;
  const upTo = (end: number) =>
    Math.floor((whole * weights.slice(0, end).reduce((total, weight) => total + weight, 0)) / sum);
  return upTo(nth + 1) - upTo(nth);
}

function stepsOf({ reaches, exceptionAfter }: Parcel): ShipmentStatus[] {
  const way: ShipmentStatus[] = REACHES.slice(0, REACHES.indexOf(reaches) + 1);
  // Nothing is in the way of what has arrived.
  if (exceptionAfter === null || exceptionAfter >= way.length - 1) return way;
  return way.flatMap((step, at) => (at === exceptionAfter ? [step, "EXCEPTION"] : [step]));
}

/** The parcel as the warehouse shows it after so many steps. */
export function shipmentAt(sending: Sending, step: number): Shipment {
  const { id, steps, startsAt, release, warehouse } = sending;
  const milestones = steps.slice(0, step + 1).map((type, at): Milestone => {
    return { type, at: second(startsAt + at), source: "wms", note: null };
  });
  const status = steps[step] ?? "RELEASED";
  return {
    id: parseShipmentId(id),
    number: id,
    orderNumbers: [ORDER_NUMBER],
    warehouse,
    release,
    status,
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    shipTo: null,
    lines: linesAt(sending, step).map((line) => ({
      ...line,
      orderNumber: ORDER_NUMBER,
      sku: SKU,
      lot: null,
      serials: [],
    })),
    shortfalls: shortAt(sending, step).map((line) => ({
      ...line,
      orderNumber: ORDER_NUMBER,
      sku: SKU,
      reason: "SHORT_PICK",
    })),
    packages: [],
    milestones,
    shippedAt: null,
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: status === "EXCEPTION" ? "Held at customs." : null,
    modifiedAt: second(startsAt + step),
  };
}

/** Only at work it is seen what is not there. */
function shortAt({ short }: Sending, step: number): readonly ReleasedLine[] {
  return step === 0 ? [] : short;
}

function linesAt(sending: Sending, step: number): readonly ReleasedLine[] {
  const missing = shortAt(sending, step);
  return sending.lines.map(({ lineNumber, quantity: all }) => {
    const short = missing.find((line) => line.lineNumber === lineNumber);
    return {
      lineNumber,
      quantity: short === undefined ? all : subtractQuantities(all, short.quantity),
    };
  });
}

/** The shipment book: what is known of each after one more look, by the rule that feeds have. */
export function openShipmentBook() {
  const known = new Map<string, Shipment>();
  return {
    /** @returns what the order is told; `null` where the look brings nothing new */
    look(seen: Shipment): OrderToCashEvent | null {
      const before = known.get(seen.id) ?? null;
      const shipment = mergeShipment(before, seen);
      known.set(seen.id, shipment);
      if (before?.status === shipment.status) return null;
      const stamp = { at: statusSince(shipment), source: "wms" };
      return { kind: "shipmentProgressed", shipment: snapshotOf(shipment), ...stamp };
    },
  };
}

export function snapshotOf(shipment: Shipment): ShipmentSnapshot {
  const { id, number, status, problem, milestones, lines, release = null } = shipment;
  const goods = lines.map(({ lineNumber, quantity: sent, lot, serials }) => ({
    lineNumber,
    quantity: sent,
    lot,
    serials,
  }));
  const shortfalls = shipment.shortfalls ?? [];
  return { id, number, status, release, problem, milestones, lines: goods, shortfalls };
}

/** The bill after so many payments of a part of it; the last one pays it off. */
export function invoiceAt(number: InvoiceNumber, payments: number, paid: number): InvoiceSnapshot {
  const status: InvoiceStatus =
    paid === 0 ? "POSTED" : paid === payments ? "PAID" : "PARTIALLY_PAID";
  const modifiedAt = second(FIRST_BILL_SECOND + paid);
  return { number, id: parseInvoiceId(`F-${number}`), status, total: money("10.80"), modifiedAt };
}
