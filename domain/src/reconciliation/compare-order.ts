import type { OrderId, OrderNumber } from "../identifiers.ts";
import type { OrderStatus, SourceOrder } from "../order.ts";
import { mergeShipment } from "../merge-shipment.ts";
import { hasShipped, type Shipment } from "../shipment.ts";
import { orderSubject } from "../subject.ts";
import { OUR_BOOKS, type Difference } from "./difference.ts";

/** How far the goods of an order are, by all of its shipments; those that were cancelled count only when all were. */
export type GoodsStage = "NONE" | "INSIDE" | "PARTLY_OUT" | "OUT" | "DELIVERED" | "CANCELLED";

/** One order as everybody has it. */
export type ComparedOrder = {
  readonly id: OrderId;
  readonly number: OrderNumber;
  /** As we tell it. */
  readonly status: OrderStatus;
  /** Whether it was taken here; else it follows the ERP's own document. */
  readonly isOurs: boolean;
  /** `null` when the ERP has neither the order nor a posted document of it. */
  readonly erp: Pick<SourceOrder, "status"> | null;
  /** As the warehouse has them now. */
  readonly shipments: readonly Shipment[];
  /** As our shipment book has them. */
  readonly told: readonly Shipment[];
};

const OUTSIDE: readonly GoodsStage[] = ["PARTLY_OUT", "OUT", "DELIVERED"];
const INSIDE: readonly GoodsStage[] = ["NONE", "INSIDE", "CANCELLED"];

/**
 * Where the goods may be while an order has a status: the one table of what agrees with what. An order that waits for more has sent all
 * that it has (`OUT`) and is PARTIALLY_SHIPPED; what is billed may be delivered or not.
 */
const GOODS_OF: Readonly<Record<OrderStatus, readonly GoodsStage[]>> = {
  SUBMITTED: INSIDE,
  ON_HOLD: INSIDE,
  CONFIRMED: INSIDE,
  ALLOCATED: INSIDE,
  BACKORDERED: INSIDE,
  PICKING: INSIDE,
  PARTIALLY_SHIPPED: OUTSIDE,
  SHIPPED: ["PARTLY_OUT", "OUT"],
  DELIVERED: ["DELIVERED"],
  INVOICED: OUTSIDE,
  CLOSED: OUTSIDE,
  CANCELLED: ["NONE", "CANCELLED"],
  REJECTED: ["NONE", "CANCELLED"],
};

/** What the ERP says once it has posted that goods left. Before that its word does not go against the warehouse's. */
const ERP_POSTED: ReadonlySet<OrderStatus> = new Set([
  "PARTIALLY_SHIPPED",
  "SHIPPED",
  "INVOICED",
  "CLOSED",
]);
const OVER: ReadonlySet<OrderStatus> = new Set(["CANCELLED", "REJECTED"]);

/** The first thing in which the systems do not agree on an order; `null` when they do. */
export function compareOrder(
  order: ComparedOrder,
  sources: { readonly erp: string; readonly wms: string },
): Difference | null {
  const { number, status, erp, shipments } = order;
  const common = {
    key: number,
    about: orderSubject(order.id),
    part: null,
    field: "status",
    proposal: null,
  };
  const stage = stageOf(shipments);
  const wrong = { ...common, kind: "WRONG_STATUS" } as const;
  const needsPerson = { code: "ORDER_STATUS_MISMATCH", repair: null } as const;
  if (erp === null && !OVER.has(status)) {
    return {
      ...common,
      ...needsPerson,
      kind: "MISSING",
      left: status,
      leftSource: OUR_BOOKS,
      right: "no order",
      rightSource: sources.erp,
      summary: `Order ${number} is ${status} here, and the ERP does not have it.`,
    };
  }
  if (erp !== null && OVER.has(status)) {
    return {
      ...common,
      ...needsPerson,
      kind: "EXTRA",
      left: status,
      leftSource: OUR_BOOKS,
      right: erp.status,
      rightSource: sources.erp,
      summary: `Order ${number} is ${status} here, and the ERP still has it as ${erp.status}.`,
    };
  }
  if (erp !== null && ERP_POSTED.has(erp.status) && !OUTSIDE.includes(stage)) {
    return {
      ...wrong,
      ...needsPerson,
      left: erp.status,
      leftSource: sources.erp,
      right: stage,
      rightSource: sources.wms,
      summary: `The ERP has posted order ${number} as ${erp.status}; in the warehouse its goods are ${WORDS[stage]}.`,
    };
  }
  const behind = behindWarehouse(order, sources);
  if (behind !== null) return { ...wrong, ...behind };
  if (!order.isOurs && erp !== null && !follows(status, erp.status)) {
    return {
      ...wrong,
      code: "ORDER_BOOK_STALE",
      left: erp.status,
      leftSource: sources.erp,
      right: status,
      rightSource: OUR_BOOKS,
      summary: `The ERP has order ${number} as ${erp.status}, our book as ${status}.`,
      repair: { kind: "readOrder", sourceId: number },
    };
  }
  // Carriers report to us what the warehouse hears of later: our book may be ahead of it, and never is behind itself.
  const reached = stageOf(shipments.map((seen) => mergeShipment(toldOf(order, seen), seen)));
  if (!order.isOurs || GOODS_OF[status].includes(reached)) return null;
  return {
    ...wrong,
    code: "ORDER_STATUS_MISMATCH",
    left: reached,
    leftSource: sources.wms,
    right: status,
    rightSource: OUR_BOOKS,
    summary: `Order ${number} is ${status} here; in the warehouse its goods are ${WORDS[reached]}.`,
    // An order that was never told of its shipments takes them as news.
    repair: shipments.length === 0 ? null : { kind: "tellOrder", sourceId: number },
  };
}

const WORDS: Readonly<Record<GoodsStage, string>> = {
  NONE: "not known",
  INSIDE: "still in the building",
  PARTLY_OUT: "partly on their way",
  OUT: "on their way",
  DELIVERED: "delivered",
  CANCELLED: "cancelled",
};

/** A shipment that our book would have otherwise if it were read again. */
function behindWarehouse(
  order: ComparedOrder,
  { wms }: { readonly wms: string },
): Pick<
  Difference,
  "code" | "field" | "left" | "leftSource" | "right" | "rightSource" | "summary" | "repair"
> | null {
  for (const seen of order.shipments) {
    const told = toldOf(order, seen);
    if (mergeShipment(told, seen).status === told?.status) continue;
    const was = told?.status ?? "no shipment";
    return {
      code: "ORDER_BOOK_STALE",
      field: `shipment ${seen.number}`,
      left: seen.status,
      leftSource: wms,
      right: was,
      rightSource: OUR_BOOKS,
      summary: `Shipment ${seen.number} of order ${order.number}: the warehouse has ${seen.status}, our book ${was}.`,
      repair: { kind: "readShipment", sourceId: seen.id },
    };
  }
  return null;
}

function toldOf({ told }: ComparedOrder, { id }: Shipment): Shipment | null {
  return told.find((shipment) => shipment.id === id) ?? null;
}

/** An order of the ERP's own has its status, and INVOICED where finance has billed what the ERP has as shipped. */
function follows(status: OrderStatus, erp: OrderStatus): boolean {
  return status === erp || (status === "INVOICED" && (erp === "SHIPPED" || erp === "CLOSED"));
}

export function stageOf(shipments: readonly Shipment[]): GoodsStage {
  if (shipments.length === 0) return "NONE";
  const live = shipments.filter(({ status }) => status !== "CANCELLED");
  if (live.length === 0) return "CANCELLED";
  const out = live.filter(({ status, shippedAt }) => hasShipped(status) || shippedAt !== null);
  if (out.length === 0) return "INSIDE";
  if (out.length < live.length) return "PARTLY_OUT";
  return out.every(({ status }) => status === "DELIVERED") ? "DELIVERED" : "OUT";
}
