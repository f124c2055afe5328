import { randomBytes, randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { SandboxClock } from "../kit/clock.ts";
import type { Collection, Store } from "../kit/store.ts";
import type { WebhookSender } from "../kit/webhooks.ts";
import type { DeliveryRecord, SubscriptionRecord } from "./records.ts";

export const TOPICS = [
  "order.shipped",
  "order.shipment.delivered",
  "order.shipment.exception",
  "order.shipment.on_hold",
  "order.shipment.cancelled",
  "return.created",
  "return.updated",
  "return.completed",
  "billing.charge.created",
  "billing.refund.created",
  "billing.credit.created",
] as const;
export type Topic = (typeof TOPICS)[number];

const SECRET_BYTES = 24;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
/** Exponential backoff within 24 hours; the first try is immediate. */
const RETRY_WAITS_MS = [
  5 * SECOND_MS,
  300 * SECOND_MS,
  1_800 * SECOND_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
];
/** However fast the sandbox runs, a receiver that restarts needs a moment. */
const LEAST_RETRY_WAIT_MS = 250;

/** Subscriptions, and notifications signed by the Standard Webhooks scheme. */
export interface Notifier {
  readonly subscriptions: Collection<SubscriptionRecord>;
  /** @throws {Error} when `secret` is not base64, with or without `whsec_`. */
  subscribe(input: {
    readonly url: string;
    readonly topics: readonly string[];
    readonly secret: string | null;
    readonly description: string | null;
  }): SubscriptionRecord;
  unsubscribe(subscriptionId: string): boolean;
  /** Tells every subscription of the topic; each gets a message of its own. */
  notify(topic: Topic, body: unknown): void;
  /** Sends again what was not acknowledged when the sandbox stopped. */
  resume(): void;
}

type NotifierDeps = {
  readonly store: Store;
  readonly webhooks: WebhookSender;
  readonly clock: SandboxClock;
};

export function createNotifier({ store, webhooks, clock }: NotifierDeps): Notifier {
  const subscriptions = store.collection<SubscriptionRecord>("subscriptions");
  const deliveries = store.collection<DeliveryRecord>("deliveries");

  const deliver = (delivery: DeliveryRecord) => {
    const subscription = subscriptions.get(delivery.subscriptionId);
    if (subscription === undefined) {
      deliveries.delete(delivery.messageId);
      return;
    }
    webhooks.send({
      source: "wms",
      topic: delivery.topic,
      url: subscription.url,
      headers: () => signedHeaders(subscription.secret, delivery, clock.now()),
      body: delivery.body,
      retryDelaysMs: RETRY_WAITS_MS.map((waitMs) => retryWaitMs(waitMs, clock)),
      isFinal: (status) => status >= 200 && status < 300,
      onDone: () => deliveries.delete(delivery.messageId),
    });
  };

  return {
    subscriptions,
    subscribe({ url, topics, secret, description }) {
      const key = secret ?? `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
      new Webhook(key);
      const subscription: SubscriptionRecord = {
        subscriptionId: randomUUID(),
        url,
        topics,
        secret: key,
        description,
        createdAt: clock.now().toISOString(),
      };
      subscriptions.put(subscription.subscriptionId, subscription);
      return subscription;
    },
    unsubscribe(subscriptionId) {
      if (subscriptions.get(subscriptionId) === undefined) return false;
      subscriptions.delete(subscriptionId);
      return true;
    },
    notify(topic, body) {
      const text = JSON.stringify(body);
      for (const { subscriptionId, topics } of subscriptions.values()) {
        if (!topics.includes(topic)) continue;
        const delivery = { messageId: `msg_${randomUUID()}`, subscriptionId, topic, body: text };
        deliveries.put(delivery.messageId, delivery);
        deliver(delivery);
      }
    },
    resume() {
      for (const delivery of [...deliveries.values()]) deliver(delivery);
    },
  };
}

/** At speed zero the warehouse stands still, but the vendor's sender keeps its own time. */
function retryWaitMs(waitMs: number, clock: SandboxClock): number {
  const scaledMs = clock.scaled(waitMs);
  return Number.isFinite(scaledMs) ? Math.max(LEAST_RETRY_WAIT_MS, scaledMs) : waitMs;
}

/** The timestamp is the try's own, the id the message's: a receiver dedupes on the id. */
function signedHeaders(
  secret: string,
  { messageId, body, topic }: DeliveryRecord,
  at: Date,
): Record<string, string> {
  return {
    "webhook-id": messageId,
    "webhook-timestamp": String(Math.floor(at.getTime() / SECOND_MS)),
    "webhook-signature": new Webhook(secret).sign(messageId, at, body),
    "x-webhook-topic": topic,
  };
}
