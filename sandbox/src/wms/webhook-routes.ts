import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { badField, badRequest, notFound } from "./answers.ts";
import { TOPICS, type Notifier } from "./notifier.ts";
import type { SubscriptionRecord } from "./records.ts";

/** The vendor takes only https; the sandbox takes http too, because a demo has no certificates. */
const subscriptionInput = z.object({
  url: z.url({ protocol: /^https?$/ }),
  topics: z.array(z.enum(TOPICS)).min(1),
  secret: z.string().min(1).nullish(),
  description: z.string().nullish(),
});

/** Subscriptions to notifications. The same URL may be subscribed twice: callers list first. */
export function registerWebhooks(app: FastifyInstance, notifier: Notifier): void {
  app.post("/2026-01/webhook", { config: { operation: "POST webhook" } }, (request, reply) => {
    const input = subscriptionInput.safeParse(request.body);
    if (!input.success) return badRequest(reply, input.error);
    const { url, topics, secret = null, description = null } = input.data;
    try {
      const subscription = notifier.subscribe({ url, topics, secret, description });
      return reply.code(201).send({ ...view(subscription), secret: subscription.secret });
    } catch {
      return badField(reply, "secret", "The secret has to be base64, with or without whsec_.");
    }
  });
  app.get("/2026-01/webhook", { config: { operation: "GET webhook" } }, () => ({
    items: [...notifier.subscriptions.values()].map(view),
    next: null,
    prev: null,
  }));
  app.delete(
    "/2026-01/webhook/:webhookId",
    { config: { operation: "DELETE webhook" } },
    (request, reply) => {
      const { webhookId } = request.params as { webhookId: string };
      if (!notifier.unsubscribe(webhookId)) return notFound(reply, `Subscription ${webhookId}`);
      return reply.code(204).send();
    },
  );
}

/** A secret is told once, when it is made. */
function view({ subscriptionId, url, topics, description, createdAt }: SubscriptionRecord) {
  return { id: subscriptionId, url, topics, description, created_at: createdAt };
}
