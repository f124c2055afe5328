import { recordShipmentMilestone, type SettledWork } from "@crossdock/commands";
import type { UserError } from "@crossdock/domain";
import { recordReport, type SeenShipment } from "@crossdock/processes";
import {
  invalidValue,
  isShortText,
  RefusedCommand,
  requireViewer,
  takeCommand,
  type CommandPlan,
} from "@crossdock/subgraph-kit";
import type { RecordShipmentMilestoneInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ShipmentCommandView, ShipmentView } from "../models.ts";
import {
  findShipment,
  MAX_REMARK_CHARACTERS,
  shipmentCommandView,
  UNKNOWN_SHIPMENT,
} from "./shipment-of-command.ts";

const MAX_TRACKING_CHARACTERS = 64;
const MAX_RECEIVER_CHARACTERS = 200;

type MilestoneData = ReturnType<(typeof recordShipmentMilestone)["parse"]>;

/** Takes what is reported of a shipment into our books, once per (client, key). */
export async function recordMilestone(
  { idempotencyKey, waitMs, ...wanted }: RecordShipmentMilestoneInput,
  context: Context,
): Promise<ShipmentCommandView> {
  const { role } = requireViewer(context);
  const receivedBy = wanted.receivedBy?.trim() || null;
  const estimatedDeliveryAt = wanted.estimatedDeliveryAt ?? null;
  const intent = {
    shipmentId: wanted.shipmentId.trim(),
    status: wanted.status,
    at: wanted.at,
    trackingNumber: wanted.trackingNumber?.trim() || null,
    note: wanted.note?.trim() || null,
    // Left out when they are: a report without them is the same intent as ever.
    ...(receivedBy === null ? {} : { receivedBy }),
    ...(estimatedDeliveryAt === null ? {} : { estimatedDeliveryAt }),
  };
  let seen: SeenShipment | null = null;
  const plan = async (): Promise<CommandPlan<MilestoneData>> => {
    const shipment = await findShipment(intent.shipmentId, context);
    if (shipment === null) return { kind: "refused", userErrors: [UNKNOWN_SHIPMENT] };
    const userErrors = checkTexts({ ...intent, receivedBy });
    if (userErrors.length > 0) return { kind: "refused", userErrors };
    seen = seenOf(shipment);
    const told = { ...intent, receivedBy, estimatedDeliveryAt };
    const data = { ...told, shipmentId: shipment.id, source: role };
    return { kind: "planned", data, customerNumber: shipment.customerNumber };
  };
  // Judged here, over the row as it is in this transaction: others report of the shipment too.
  const work: SettledWork = async (trx, command) => {
    if (seen === null) throw new Error("A report is planned before it is taken.");
    const { shipmentId, ...report } = recordShipmentMilestone.parse(command.data);
    const now = context.deps.clock.now();
    const taken = await recordReport(trx, shipmentId, report, { seen, now });
    if (taken.kind === "refused") throw new RefusedCommand(taken.userErrors);
    return { typename: "Shipment", id: shipmentId, effects: taken.effects };
  };
  const answer = await takeCommand(
    {
      definition: recordShipmentMilestone,
      input: { idempotencyKey, waitMs: waitMs ?? 0 },
      intent,
      plan,
      work,
    },
    context,
  );
  return shipmentCommandView(answer, intent);
}

function checkTexts({
  trackingNumber,
  note,
  receivedBy,
}: Pick<MilestoneData, "trackingNumber" | "note" | "receivedBy">): UserError[] {
  const tooLong = (field: string, text: string | null, most: number) =>
    text === null || isShortText(text, most)
      ? []
      : [invalidValue(field, `one line of at most ${String(most)} characters`)];
  return [
    ...tooLong("trackingNumber", trackingNumber, MAX_TRACKING_CHARACTERS),
    ...tooLong("note", note, MAX_REMARK_CHARACTERS),
    ...tooLong("receivedBy", receivedBy, MAX_RECEIVER_CHARACTERS),
  ];
}

/** What the book begins with where it has not heard of the shipment. */
function seenOf({ provenance, customerNumber: _owner, ...shipment }: ShipmentView): SeenShipment {
  return { shipment, seenAt: provenance.asOf };
}
