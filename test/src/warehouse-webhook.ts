import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { parse } from "yaml";
import { ROOT } from "./program.ts";

/** A notification as the warehouse sends it, ready to be sent by hand: again, late, or by somebody else. */
export type Notification = {
  readonly topic: "order.shipped" | "order.shipment.delivered";
  /** `{order}-{shipment}` */
  readonly shipmentId: string;
  /** The same for each try to deliver it. */
  readonly messageId: string;
  /** What is signed with; the warehouse's own when left out. */
  readonly secret?: string;
};

export function aNotification(topic: Notification["topic"], shipmentId: string): Notification {
  return { topic, shipmentId, messageId: `msg_${randomUUID()}` };
}

/** @returns the status that the receiver answers */
export async function notify(url: string, notification: Notification): Promise<number> {
  const { topic, shipmentId, messageId, secret = ownSecret() } = notification;
  const [order, shipment] = shipmentId.split("-").map(Number);
  const body = JSON.stringify({ id: shipment, order_id: order });
  const at = new Date();
  const { status } = await fetch(`${url}/webhooks/wms`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": messageId,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new Webhook(secret).sign(messageId, at, body),
      "x-webhook-topic": topic,
    },
  });
  return status;
}

function ownSecret(): string {
  const config = parse(readFileSync(join(ROOT, "crossdock.yaml"), "utf8")) as {
    readonly sources: { readonly wms: { readonly webhookSecret: string } };
  };
  return config.sources.wms.webhookSecret;
}
