import { createHmac, randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { SourceDeps } from "../kit/source.ts";
import type { ParcelRow } from "./parcel-book.ts";
import { idOf, renderTracker } from "./render.ts";

type Hook = { readonly id: string; readonly url: string; readonly secret: string };

const created = z.object({
  webhook: z.object({ url: z.string(), webhook_secret: z.string().nullish() }),
});
const CREATED = 201;
/** Between tries, in the vendor's own time. */
const RETRY_DELAYS_MS = [1, 5, 15, 60].map((minutes) => minutes * 60_000);

/** Tells subscribers of parcels, as the vendor's trackers do. */
export interface TrackerEvents {
  register(api: FastifyInstance): void;
  tell(parcel: ParcelRow): void;
}

export function createTrackerEvents({ store, clock, webhooks }: SourceDeps): TrackerEvents {
  const hooks = store.collection<Hook>("webhooks");
  const rendered = ({ id, url }: Hook) => ({
    id,
    object: "Webhook",
    mode: "test",
    url,
    disabled_at: null,
  });
  return {
    register(api) {
      api.get("/webhooks", { config: { operation: "GET webhooks" } }, () => ({
        webhooks: [...hooks.values()].map(rendered),
      }));
      api.post("/webhooks", { config: { operation: "POST webhooks" } }, (request, reply) => {
        const { url, webhook_secret: secret } = created.parse(request.body).webhook;
        const hook = { id: idOf("hook", url), url, secret: secret ?? "" };
        hooks.put(hook.id, hook);
        return reply.code(CREATED).send(rendered(hook));
      });
    },
    tell(parcel) {
      for (const { url, secret } of hooks.values()) {
        const body = JSON.stringify({
          id: idOf("evt", randomUUID()),
          object: "Event",
          mode: "test",
          description: "tracker.updated",
          result: renderTracker(parcel),
        });
        const mac = createHmac("sha256", secret.normalize("NFKD")).update(body).digest("hex");
        webhooks.send({
          source: "carrier",
          topic: "tracker.updated",
          url,
          headers: () => ({ "x-hmac-signature": `hmac-sha256-hex=${mac}` }),
          body,
          retryDelaysMs: RETRY_DELAYS_MS.map((delay) => clock.scaled(delay)),
          isFinal: (status) => status >= 200 && status < 300,
        });
      }
    },
  };
}
