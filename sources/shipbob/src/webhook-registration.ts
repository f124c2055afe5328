import { createHash } from "node:crypto";
import type { WebhookReceiver } from "@crossdock/source-contract";
import { z } from "zod";
import { unexpected } from "@crossdock/source-http";
import type { ShipbobClient } from "./client.ts";
import { RETURN_TOPICS, SHIPMENT_TOPICS } from "./webhook-receiver.ts";

const subscription = z.object({
  id: z.string(),
  url: z.string(),
  topics: z.array(z.string()),
  description: z.string().nullish(),
});
type Subscription = z.infer<typeof subscription>;

/** All that we follow. */
const TOPICS = [...SHIPMENT_TOPICS, ...RETURN_TOPICS] as const;
const FINGERPRINT_CHARACTERS = 16;

/**
 * Subscribes `url` once: the vendor would take the same subscription twice, so what is there is
 * listed first. A subscription of ours that is out of date (other topics, an old secret) is replaced.
 */
export function createEnsureRegistered(
  client: ShipbobClient,
  secret: string,
): WebhookReceiver["ensureRegistered"] {
  const description = `Crossdock ${fingerprint(secret)}`;
  const isCurrent = (found: Subscription) =>
    found.description === description && TOPICS.every((topic) => found.topics.includes(topic));

  return async (url, signal) => {
    const ours = (await client.getAll("/webhook", {}, subscription, signal)).filter(
      (found) => found.url === url,
    );
    const current = ours.find(isCurrent);
    if (current === undefined) {
      const body = { url, topics: TOPICS, secret, description };
      const answer = await client.send("POST", "/webhook", body, signal);
      if (answer.status !== 200 && answer.status !== 201) {
        throw unexpected(client.name, "POST webhook", answer);
      }
    }
    for (const { id } of ours.filter((found) => found !== current)) {
      const answer = await client.send(
        "DELETE",
        `/webhook/${encodeURIComponent(id)}`,
        null,
        signal,
      );
      // Somebody else may have deleted it between our list and now.
      if (answer.status >= 300 && answer.status !== 404) {
        throw unexpected(client.name, "DELETE webhook", answer);
      }
    }
    return null;
  };
}

/** The vendor does not tell a secret again: the description says which one a subscription has. */
function fingerprint(secret: string): string {
  return createHash("sha256").update(secret).digest("hex").slice(0, FINGERPRINT_CHARACTERS);
}
