import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Logger } from "@crossdock/runtime";
import type { WebhookReceiver } from "@crossdock/source-contract";

/** Keeps the sources telling us: registers, renews, and makes again what somebody deleted there. */
export interface WebhookRegistrations {
  /** Call it when the sources' requests can be answered: some shake hands first. */
  start(): void;
  stop(): Promise<void>;
}

export type WebhookRegistrationsOptions = {
  /** By the name of the source. */
  readonly receivers: ReadonlyMap<string, WebhookReceiver>;
  /** Where sources reach us. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly logger: Logger;
};

const RETRY_MS = 5_000;
/** Renewed so long before it ends. */
const RENEW_BEFORE_MS = 60 * 60_000;
/** A source may drop a registration that has not ended: so often it is looked for. */
const CHECK_MS = 60 * 60_000;

export function createWebhookRegistrations(
  options: WebhookRegistrationsOptions,
): WebhookRegistrations {
  const { receivers, publicUrl, clock, logger } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: readonly Promise<void>[] = [];

  const restOf = (until: string | null): number => {
    if (until === null) return CHECK_MS;
    const restMs = Date.parse(until) - clock.nowMs() - RENEW_BEFORE_MS;
    return Math.min(Math.max(restMs, RETRY_MS), CHECK_MS);
  };
  const keep = async (name: string, receiver: WebhookReceiver) => {
    while (!signal.aborted) {
      let restMs = RETRY_MS;
      try {
        restMs = restOf(await receiver.ensureRegistered(`${publicUrl}/webhooks/${name}`, signal));
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error, source: name }, "webhooks could not be registered, tried again");
      }
      await sleep(restMs, null, { signal }).catch(() => undefined);
    }
  };

  return {
    start() {
      running = [...receivers].map(([name, receiver]) => keep(name, receiver));
    },
    async stop() {
      stopping.abort(new Error("Webhooks are not registered any more: the process stops."));
      await Promise.all(running);
    },
  };
}
