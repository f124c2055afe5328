import { createHmac, timingSafeEqual } from "node:crypto";
import { instantOf, type Instant } from "@crossdock/domain";
import type { WebhookAnswer, WebhookReceiver } from "@crossdock/source-contract";
import { z } from "zod";
import type { EasypostClient } from "./easypost-client.ts";

const SIGNATURE_HEADER = "x-hmac-signature";
const SIGNATURE_PREFIX = "hmac-sha256-hex=";

const event = z.object({
  id: z.string().min(1),
  description: z.string(),
  result: z.object({ tracking_code: z.string().min(1), updated_at: z.string().nullish() }),
});
const webhooks = z.object({
  webhooks: z.array(
    z.object({ id: z.string(), url: z.string(), disabled_at: z.string().nullish() }),
  ),
});

/**
 * What the vendor's trackers tell. It signs the body with our secret, and gives no time: a message that is sent again is
 * known by its id, and says nothing but which parcel to ask for.
 * @param secret as it is registered with the vendor
 * @throws {Error} an empty secret: every message would verify under a known key
 */
export function createWebhookReceiver(client: EasypostClient, secret: string): WebhookReceiver {
  if (secret === "") throw new Error("The carrier's webhook secret is empty.");
  const key = secret.normalize("NFKD");
  return {
    receive({ headers, rawBody }) {
      const mac = createHmac("sha256", key).update(rawBody).digest("hex");
      if (!isSame(headers[SIGNATURE_HEADER], `${SIGNATURE_PREFIX}${mac}`)) {
        return { status: 401, body: "", hints: [], refusal: "bad-signature" };
      }
      const told = readEvent(rawBody);
      // Nothing says which parcel it is about: each has its turn.
      if (told === null) return { ...accepted(), refusal: "malformed" };
      if (!told.description.startsWith("tracker.")) return accepted();
      const { id: deliveryId, result } = told;
      const occurredAt = timeOf(result.updated_at);
      const hint = {
        noun: "parcel",
        sourceId: result.tracking_code,
        occurredAt,
        deliveryId,
      } as const;
      return { ...accepted(), hints: [hint] };
    },
    async ensureRegistered(url, signal) {
      const operation = "GET webhooks";
      const found = await client.get({ operation, path: "/webhooks", schema: webhooks }, signal);
      const isThere = found?.webhooks.some((one) => one.url === url && one.disabled_at == null);
      if (isThere === true) return null;
      await client.post(
        {
          operation: "POST webhooks",
          path: "/webhooks",
          body: { webhook: { url, webhook_secret: secret } },
          schema: z.object({ id: z.string() }),
        },
        signal,
      );
      return null;
    },
  };
}

function accepted(): WebhookAnswer {
  return { status: 200, body: "", hints: [], refusal: null };
}

function isSame(given: string | readonly string[] | undefined, expected: string): boolean {
  if (typeof given !== "string") return false;
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function readEvent(rawBody: Buffer): z.output<typeof event> | null {
  try {
    return event.safeParse(JSON.parse(rawBody.toString("utf8"))).data ?? null;
  } catch {
    return null;
  }
}

function timeOf(raw: string | null | undefined): Instant | null {
  const at = new Date(raw ?? "");
  return Number.isNaN(at.getTime()) ? null : instantOf(at);
}
