import { instantOf, parseInstant, type Instant } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { WebhookAnswer, WebhookHint, WebhookRequest } from "@crossdock/source-contract";
import { integerField, parseExactJson } from "@crossdock/source-http";
import { z } from "zod";
import { shipmentIdOf } from "./references.ts";
import { createVerifier } from "./signature.ts";

/** Topics that tell of a shipment. A pick or a pack has none: those are found by the feed. */
export const SHIPMENT_TOPICS = [
  "order.shipped",
  "order.shipment.delivered",
  "order.shipment.exception",
  "order.shipment.on_hold",
  "order.shipment.cancelled",
] as const;

/** Topics that tell of a box that comes back. */
export const RETURN_TOPICS = ["return.created", "return.updated", "return.completed"] as const;

const returnBody = z.object({ reference_id: z.string().min(1) });
const shipmentBody = z.object({
  id: integerField,
  order_id: integerField,
  last_update_at: z.string().nullish(),
});
const orderBody = z.object({ shipments: z.array(shipmentBody) });
const body = z.union([orderBody, shipmentBody.transform((one) => ({ shipments: [one] }))]);

/**
 * Reads one notification. Its timestamp is the sender's: messages come late, twice and in any order,
 * so a hint only says which shipment to read again.
 */
export function createReceive(
  secret: string,
  clock: Clock,
): (request: WebhookRequest) => WebhookAnswer {
  const verify = createVerifier(secret);
  return ({ headers, rawBody }) => {
    const messageId = single(headers["webhook-id"]);
    const timestamp = single(headers["webhook-timestamp"]);
    const signatures = single(headers["webhook-signature"]);
    if (messageId === null || timestamp === null || signatures === null) {
      return refuse(401, "bad-signature");
    }
    const verdict = verify({ messageId, timestamp, signatures, rawBody }, clock.nowMs());
    if (verdict !== "good") return refuse(401, verdict);
    const topic = single(headers["x-webhook-topic"]) ?? "";
    if (RETURN_TOPICS.some((known) => known === topic)) {
      return accept([returnHint(rawBody, messageId)]);
    }
    if (!SHIPMENT_TOPICS.some((known) => known === topic)) return accept([]);
    const told = readBody(rawBody);
    // Refused, it would be sent again for a day, and read no better.
    if (told === null) return { ...accept([anyShipment(messageId)]), refusal: "malformed" };
    const sentAt = instantOf(new Date(Number(timestamp) * 1_000));
    return accept(
      told.shipments.map((shipment) => ({
        noun: "shipment",
        sourceId: shipmentIdOf(shipment.order_id, shipment.id),
        occurredAt: occurredAt(shipment.last_update_at) ?? sentAt,
        deliveryId: messageId,
      })),
    );
  };
}

/** Named by what stands on the box; one that is not ours to name asks for a sweep, as what cannot be read does. */
function returnHint(rawBody: Buffer, deliveryId: string): WebhookHint {
  let sourceId: string | null = null;
  try {
    const told = returnBody.safeParse(parseExactJson(rawBody.toString("utf8")));
    sourceId = told.data?.reference_id ?? null;
  } catch {
    // It was signed, and so something has changed.
  }
  return { noun: "return", sourceId, occurredAt: null, deliveryId };
}

function readBody(rawBody: Buffer): z.infer<typeof orderBody> | null {
  try {
    return body.safeParse(parseExactJson(rawBody.toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}

function occurredAt(raw: string | null | undefined): Instant | null {
  try {
    return raw == null ? null : parseInstant(raw);
  } catch {
    return null;
  }
}

/** Some shipment has changed: a sweep will tell which. */
function anyShipment(deliveryId: string): WebhookHint {
  return { noun: "shipment", sourceId: null, occurredAt: null, deliveryId };
}

function accept(hints: readonly WebhookHint[]): WebhookAnswer {
  return { status: 200, body: "", hints, refusal: null };
}

function refuse(status: number, refusal: NonNullable<WebhookAnswer["refusal"]>): WebhookAnswer {
  return { status, body: "", hints: [], refusal };
}

function single(header: string | readonly string[] | undefined): string | null {
  return typeof header === "string" && header !== "" ? header : null;
}
