import type { Logger, Metrics } from "@crossdock/runtime";
import type {
  WebhookAnswer,
  WebhookHint,
  WebhookReceiver,
  WebhookRequest,
} from "@crossdock/source-contract";
import { Counter } from "prom-client";
import { createDeliveryMemory } from "./delivery-memory.ts";

/** Takes the sources' notifications: verified, counted, each once, and answered before anything is done about it. */
export interface WebhookIntake {
  /** @returns `null` when there is no such source */
  receive(source: string, request: WebhookRequest): WebhookAnswer | null;
}

export type WebhookIntakeOptions = {
  /** By the name of the source. */
  readonly receivers: ReadonlyMap<string, WebhookReceiver>;
  /** Told each hint that is new. It must not throw, nor take long: the source waits for its answer. */
  readonly onHint: (hint: WebhookHint) => void;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

export function createWebhookIntake(options: WebhookIntakeOptions): WebhookIntake {
  const { receivers, onHint, logger } = options;
  const memory = createDeliveryMemory();
  const received = new Counter({
    name: "crossdock_webhooks_received_total",
    help:
      "Requests to the webhook receivers, by source and what became of them: accepted, duplicate, ignored " +
      "(a handshake, a probe, or nothing that we follow), bad-signature, stale, malformed.",
    labelNames: ["source", "outcome"],
    registers: [options.metrics],
  });

  return {
    receive(source, request) {
      const receiver = receivers.get(source);
      if (receiver === undefined) return null;
      const answer = receiver.receive(request);
      const { hints, refusal } = answer;
      // One delivery may name several records.
      const fresh = hints.filter(({ deliveryId, noun, sourceId }) =>
        memory.take(`${source} ${deliveryId} ${noun} ${String(sourceId)}`),
      );
      const told = hints.length === 0 ? "ignored" : fresh.length === 0 ? "duplicate" : "accepted";
      received.inc({ source, outcome: refusal ?? told });
      if (refusal !== null) logger.info({ source, refusal }, "a webhook was refused");
      fresh.forEach(onHint);
      return answer;
    },
  };
}
