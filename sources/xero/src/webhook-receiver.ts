import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { parseInstant, type Instant } from "@crossdock/domain";
import type { WebhookHint, WebhookReceiver, WebhookRequest } from "@crossdock/source-contract";
import { integerField, parseExactJson } from "@crossdock/source-http";
import { z } from "zod";

/** Credit notes are not here: applying one changes its invoice, which has an event of its own. */
const NOUNS: Readonly<Record<string, WebhookHint["noun"]>> = {
  INVOICE: "invoice",
  CONTACT: "customer",
};

const notification = z.object({
  events: z.array(
    z.object({
      resourceId: z.string(),
      eventCategory: z.string(),
      eventDateUtc: z.string(),
      tenantId: z.string(),
    }),
  ),
  firstEventSequence: integerField,
});
type Notification = z.infer<typeof notification>;

/**
 * The vendor probes a new receiver with good and bad signatures and drops it unless it tells them
 * apart by 200 and 401; a probe has no events.
 * @param key signs the raw body, HMAC-SHA256 in base64
 * @param tenantId events of other organisations of the same app are accepted and ignored
 */
export function createWebhookReceiver(key: string, tenantId: string): WebhookReceiver {
  return {
    receive(request) {
      if (!isSigned(request, key)) {
        return { status: 401, body: "", hints: [], refusal: "bad-signature" };
      }
      const told = readBody(request.rawBody);
      // Any other answer would be taken for a receiver that fails, and it would not be told any more.
      if (told === null) {
        return { status: 200, body: "", hints: [anyInvoice(request)], refusal: "malformed" };
      }
      return { status: 200, body: "", hints: hintsOf(told, tenantId), refusal: null };
    },
    /** Receivers are entered by hand in the vendor's developer portal. */
    ensureRegistered: () => Promise.resolve(null),
  };
}

function hintsOf({ events, firstEventSequence }: Notification, tenantId: string): WebhookHint[] {
  return events.flatMap((event, at) => {
    const noun = NOUNS[event.eventCategory];
    if (noun === undefined || event.tenantId !== tenantId) return [];
    const { resourceId, eventDateUtc } = event;
    // A number alone would not do: another organisation's events are numbered from 1, too.
    const deliveryId = `${tenantId}/${String(firstEventSequence + at)}/${resourceId}/${eventDateUtc}`;
    return [{ noun, sourceId: resourceId, occurredAt: instantOrNull(eventDateUtc), deliveryId }];
  });
}

/** Compared in constant time, so that a signature cannot be guessed byte by byte. */
function isSigned({ headers, rawBody }: WebhookRequest, key: string): boolean {
  const given = headers["x-xero-signature"];
  if (typeof given !== "string") return false;
  const wanted = createHmac("sha256", key).update(rawBody).digest();
  const received = Buffer.from(given, "base64");
  return received.length === wanted.length && timingSafeEqual(received, wanted);
}

function readBody(rawBody: Buffer): Notification | null {
  try {
    return notification.safeParse(parseExactJson(rawBody.toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}

/** `2025-12-02T00:44:09.923`: UTC, although it does not say so. */
function instantOrNull(raw: string): Instant | null {
  try {
    return parseInstant(/Z$/.test(raw) ? raw : `${raw}Z`);
  } catch {
    return null;
  }
}

/** Some invoice has changed: a sweep will tell which. */
function anyInvoice({ rawBody }: WebhookRequest): WebhookHint {
  const deliveryId = createHash("sha256").update(rawBody).digest("base64url");
  return { noun: "invoice", sourceId: null, occurredAt: null, deliveryId };
}
