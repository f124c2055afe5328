import type { Instant } from "@crossdock/domain";

/** One HTTP request of a source to our receiver, untouched: signatures are over the raw bytes. */
export type WebhookRequest = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Buffer;
};

/** A notification is a hint: it names the record to read again, and is trusted for nothing else. */
export type WebhookHint = {
  readonly noun: "order" | "shipment" | "return" | "invoice" | "customer" | "product" | "parcel";
  /** The source's own id of the record; `null` means that a whole set changed: sweep. */
  readonly sourceId: string | null;
  readonly occurredAt: Instant | null;
  /** Names the delivery for deduplication; the same for every repeat of it. */
  readonly deliveryId: string;
};

/** How to answer the source, and what it told us. */
export type WebhookAnswer = {
  readonly status: number;
  readonly body: string;
  readonly hints: readonly WebhookHint[];
  /**
   * Counted and logged: the request did not come from the source, or did and cannot be read. Of what is genuine
   * and cannot be read the hints ask for a sweep: something has changed.
   */
  readonly refusal: "bad-signature" | "stale" | "malformed" | null;
};

export interface WebhookReceiver {
  /** Verifies and reads one request. Never throws: a source drops a receiver that answers oddly. */
  receive(request: WebhookRequest): WebhookAnswer;
  /**
   * Makes sure that the source notifies `url`: registers what is missing, renews what expires. Safe
   * to repeat.
   * @returns when to call again; `null` when the registration does not expire or is made by hand
   */
  ensureRegistered(url: string, signal: AbortSignal): Promise<Instant | null>;
}
