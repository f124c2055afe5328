import { cancelShipment } from "@crossdock/commands";
import { hasShipped, orderIdOfNumber, refusal } from "@crossdock/domain";
import { invalidValue, isShortText, takeCommand, type CommandPlan } from "@crossdock/subgraph-kit";
import type { CancelShipmentInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ShipmentCommandView } from "../models.ts";
import {
  findShipment,
  MAX_REMARK_CHARACTERS,
  shipmentCommandView,
  UNKNOWN_SHIPMENT,
} from "./shipment-of-command.ts";

type CancelData = ReturnType<(typeof cancelShipment)["parse"]>;

/** Has the warehouse told not to send a shipment, once per (client, key). */
export async function cancel(
  { idempotencyKey, waitMs, ...wanted }: CancelShipmentInput,
  context: Context,
): Promise<ShipmentCommandView> {
  const intent = {
    shipmentId: wanted.shipmentId.trim(),
    reason: wanted.reason?.trim() || null,
  };
  const answer = await takeCommand(
    {
      definition: cancelShipment,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent,
      plan: () => planCancel(intent, context),
    },
    context,
  );
  const view = shipmentCommandView(answer, intent);
  // What the warehouse tells of it comes later.
  if (view.shipmentId !== null) context.changedHere.note(view.shipmentId);
  return view;
}

/** Only what no warehouse could take back is refused here; the rest it decides itself. */
async function planCancel(
  { shipmentId, reason }: { readonly shipmentId: string; readonly reason: string | null },
  context: Context,
): Promise<CommandPlan<CancelData>> {
  const shipment = await findShipment(shipmentId, context);
  const orderNumber = shipment?.orderNumbers[0];
  if (shipment === null || orderNumber === undefined) {
    return { kind: "refused", userErrors: [UNKNOWN_SHIPMENT] };
  }
  if (reason !== null && !isShortText(reason, MAX_REMARK_CHARACTERS)) {
    const expected = `one line of at most ${String(MAX_REMARK_CHARACTERS)} characters`;
    return { kind: "refused", userErrors: [invalidValue("reason", expected)] };
  }
  if (hasShipped(shipment.status)) {
    const message = `The shipment is ${shipment.status} and can no longer be cancelled.`;
    const error = refusal("NOT_CANCELLABLE", message, ["shipmentId"]);
    return { kind: "refused", userErrors: [error] };
  }
  const order = await context.loaders.orderByNumber.load(orderNumber);
  return {
    kind: "planned",
    data: {
      shipmentId: shipment.id,
      // An order that the book does not know yet was born in the ERP.
      orderId: order?.id ?? orderIdOfNumber(orderNumber),
      orderNumber,
      reason,
    },
    customerNumber: shipment.customerNumber,
  };
}
