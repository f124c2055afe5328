import { createHmac, randomBytes } from "node:crypto";
import type { SandboxClock } from "../kit/clock.ts";
import type { Store } from "../kit/store.ts";
import type { WebhookSender } from "../kit/webhooks.ts";
import type { ChangedRecord } from "./books.ts";
import { FINANCE_DEMO } from "./demo-tenant.ts";

/** Where the integration listens, as entered in the vendor's portal. */
export type WebhookSubscription = { readonly url: string; readonly key: string };

/** Events that happen this close together travel in one notification. */
const BATCH_WINDOW_MS = 30;
const MAX_EVENTS_PER_NOTIFICATION = 100;
/** What waits for a receiver that has not proved itself yet; older events are forgotten. */
const MAX_WAITING_EVENTS = 10_000;
const INTENT_RETRY_MS = 500;
/** Between tries, in the vendor's own time: sooner at first, given up after half a day. */
const RETRY_DELAYS_MS = [5, 15, 30, 60, 120, 240, 480].map((minutes) => minutes * 60_000);
const RESOURCES = { CONTACT: "Contacts", INVOICE: "Invoices", CREDITNOTE: "CreditNotes" } as const;

export interface EventPublisher {
  publish(change: ChangedRecord): void;
  stop(): void;
}

type PublisherDeps = {
  readonly subscription: WebhookSubscription;
  readonly store: Store;
  readonly clock: SandboxClock;
  readonly webhooks: WebhookSender;
  readonly apiUrl: string;
};

/**
 * Tells the subscriber what changed, by id only. Nothing is sent before the receiver has shown its
 * intent to receive: 200 for a well signed probe, 401 for a badly signed one.
 */
export function createEventPublisher(deps: PublisherDeps): EventPublisher {
  const { subscription, store, clock, webhooks, apiUrl } = deps;
  const sequences = store.collection<number>("webhookSequence");
  const waiting: ChangedRecord[] = [];
  let isProven = false;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const after = (delayMs: number, run: () => void) => {
    if (isStopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      run();
    }, delayMs);
  };
  const flush = () => {
    while (waiting.length > 0) {
      const events = waiting.splice(0, MAX_EVENTS_PER_NOTIFICATION);
      const first = (sequences.get("last") ?? 0) + 1;
      const last = first + events.length - 1;
      sequences.put("last", last);
      const body = JSON.stringify(notification(events, first, last, apiUrl));
      webhooks.send({
        source: "finance",
        topic: events[0]?.category ?? "INVOICE",
        url: subscription.url,
        headers: () => ({ "x-xero-signature": sign(body, subscription.key) }),
        body,
        retryDelaysMs: RETRY_DELAYS_MS.map((delayMs) => clock.scaled(delayMs)),
        isFinal: (status) => status === 200,
      });
    }
  };
  const prove = async () => {
    isProven = await hasIntentToReceive(subscription, webhooks);
    if (isProven) flush();
    else after(INTENT_RETRY_MS, () => void prove());
  };
  void prove();

  return {
    publish(change) {
      waiting.push(change);
      if (waiting.length > MAX_WAITING_EVENTS) waiting.shift();
      if (isProven) after(BATCH_WINDOW_MS, flush);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

async function hasIntentToReceive(
  { url, key }: WebhookSubscription,
  webhooks: WebhookSender,
): Promise<boolean> {
  for (const [signer, wanted] of [
    [key, 200],
    [`${key}?`, 401],
    [key, 200],
  ] as const) {
    const body = JSON.stringify({
      events: [],
      firstEventSequence: 0,
      lastEventSequence: 0,
      entropy: entropy(),
    });
    const { status } = await webhooks.call(url, {
      headers: { "x-xero-signature": sign(body, signer) },
      body,
    });
    if (status !== wanted) return false;
  }
  return true;
}

function notification(
  events: readonly ChangedRecord[],
  first: number,
  last: number,
  apiUrl: string,
) {
  return {
    events: events.map(({ category, type, id, at, data }) => ({
      resourceUrl: `${apiUrl}/${RESOURCES[category]}/${id}`,
      resourceId: id,
      tenantId: FINANCE_DEMO.tenantId,
      tenantType: "ORGANISATION",
      eventCategory: category,
      eventType: type,
      eventDateUtc: at.replace(/Z$/, ""),
      ...(data === undefined ? {} : { data }),
    })),
    firstEventSequence: first,
    lastEventSequence: last,
    entropy: entropy(),
  };
}

function sign(body: string, key: string): string {
  return createHmac("sha256", key).update(body).digest("base64");
}

function entropy(): string {
  return randomBytes(15).toString("base64url").toUpperCase();
}
