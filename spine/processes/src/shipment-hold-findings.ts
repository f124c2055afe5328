import {
  hasShipped,
  troubleSubject,
  type ExceptionAdvice,
  type OrderHold,
  type OrderState,
  type ShipmentId,
} from "@crossdock/domain";
import type { OrderTurn, TurnFindings } from "./turn-findings.ts";

/**
 * Each shipment that holds its order up, until it does not any more: lost or damaged on its way, stopped in the warehouse, or
 * cancelled there by somebody else than us.
 */
export const shipmentHoldFindings: TurnFindings<HeldShipment> = {
  of: heldShipments,
  isSame: (one, other) => one.shipmentId === other.shipmentId && one.code === other.code,
  subjectOf: ({ shipmentId }) => troubleSubject(shipmentId),
  findingOf,
  closingNote: "The shipment goes on, or its goods come from elsewhere.",
};

type HeldShipment = {
  readonly shipmentId: ShipmentId;
  readonly code: string;
  readonly hold: OrderHold;
};

const HOLD = /^shipment-(.+):(WAREHOUSE_EXCEPTION|SHIPMENT_CANCELLED)$/;

function heldShipments({ holds }: OrderState): readonly HeldShipment[] {
  return holds.flatMap((hold) => {
    const [, shipmentId, code] = HOLD.exec(hold.code) ?? [];
    return shipmentId === undefined || code === undefined
      ? []
      : [{ shipmentId: shipmentId as ShipmentId, code, hold }];
  });
}

function findingOf(
  { shipmentId, code: held, hold }: HeldShipment,
  { before, state }: Pick<OrderTurn, "before" | "state">,
) {
  const status = before.shipments.find(({ id }) => id === shipmentId)?.status;
  const isOnItsWay = status !== undefined && hasShipped(status);
  const code = held === "WAREHOUSE_EXCEPTION" && isOnItsWay ? "CARRIER_EXCEPTION" : held;
  const number = state.shipments.find(({ id }) => id === shipmentId)?.number ?? shipmentId;
  return {
    name: `shipment-${shipmentId}-held`,
    class: "BUSINESS_RULE",
    code,
    ...(ADVICE[code] ?? STOPPED),
    summary: `Shipment ${number} of order ${state.number ?? state.id} does not arrive: ${hold.reason}`,
    payload: { orderId: state.id, shipmentId },
  } as const;
}

const STOPPED: ExceptionAdvice = {
  owner: "warehouse",
  action: {
    code: "CLEAR_SHIPMENT",
    text: "Have the warehouse clear what it reports. This closes by itself when the shipment goes on.",
  },
};

const ADVICE: Readonly<Record<string, ExceptionAdvice>> = {
  WAREHOUSE_EXCEPTION: STOPPED,
  CARRIER_EXCEPTION: {
    owner: "operator",
    action: {
      code: "TRACE_SHIPMENT",
      text:
        "Ask the carrier where it is, and claim what is lost; have it sent again with a new order. This closes by itself when " +
        "the shipment goes on.",
    },
  },
  SHIPMENT_CANCELLED: {
    owner: "warehouse",
    action: {
      code: "SHIP_AGAIN",
      text:
        "Have the warehouse make another shipment of the release, or cancel or amend the order. This closes by itself when " +
        "its goods come from elsewhere.",
    },
  },
};
