import type { Instant } from "@crossdock/domain";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { GaugeReader } from "@crossdock/measures";
import {
  createRepeating,
  createUlids,
  type Clock,
  type Logger,
  type Metrics,
} from "@crossdock/runtime";
import { GIVE_UP_MS, waitMs } from "./backoff.ts";
import type { Hook } from "./hook.ts";
import {
  forgetMessages,
  giveUpOverflow,
  postponeMessage,
  settleMessage,
  takeMessage,
  type WaitingMessage,
} from "./message-box.ts";
import { createMessageSender, SEND_MS, type Sent } from "./send-message.ts";
import { createExceptionTeller, tellOverdue, WEBHOOKS } from "./tell-exceptions.ts";
import { closeUndelivered, openUndelivered } from "./undelivered-finding.ts";
import { createWebhookGauges, createWebhookMetrics } from "./webhook-metrics.ts";

/**
 * Tells the distributor's own systems what waits for a person: each message at least once and, for each webhook, in
 * order. Nothing waits for a webhook but what is behind it in its own box.
 */
export interface Webhooks {
  /** What waits for them. */
  readonly gauges: GaugeReader;
  start(): Promise<void>;
  /** Messages under way are sent again after the next start. */
  stop(): Promise<void>;
}

export type WebhooksOptions = {
  /** For work that nobody waits for. */
  readonly ledger: Ledger;
  readonly eventLog: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Each with a name of its own. */
  readonly hooks: readonly Hook[];
};

const LOOK_EVERY_MS = 500;
const OVERDUE_EVERY_MS = 5_000;
/** Longer than a message can be under way. */
const LEASE_MS = 3 * SEND_MS;
/** What was settled longer ago is forgotten. */
const KEEP_MS = 30 * 24 * 60 * 60_000;

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { ledger, eventLog, clock, logger, metrics, hooks } = options;
  const nextId = createUlids(clock);
  const counters = createWebhookMetrics(metrics);
  const sender = createMessageSender();
  const later = (ms: number) => new Date(clock.nowMs() + ms).toISOString() as Instant;

  const giveUp = (message: WaitingMessage, failure: string) =>
    ledger.transaction(async (trx) => {
      const at = clock.now();
      if (!(await settleMessage(trx, message.id, "GIVEN_UP", at))) return;
      const context = { at, correlationId: message.id };
      await openUndelivered(trx, eventLog, { hook: message.hook, failure }, context);
      counters.ended(message.hook, "given_up");
    });

  const note = async (message: WaitingMessage, sent: Sent) => {
    const { hook, id, attempts, createdAt } = message;
    if (sent.kind === "delivered") {
      counters.ended(hook, "delivered");
      await ledger.transaction(async (trx) => {
        const at = clock.now();
        await settleMessage(trx, id, "DELIVERED", at);
        await closeUndelivered(trx, eventLog, hook, { at, correlationId: id });
      });
      return;
    }
    const { failure, retryAfterMs } = sent;
    counters.ended(hook, "failed");
    logger.warn({ hook, id, attempts, failure }, "a webhook did not take its message");
    if (clock.nowMs() - createdAt.getTime() > GIVE_UP_MS) await giveUp(message, failure);
    else {
      const dueAt = later(waitMs(attempts, retryAfterMs));
      await postponeMessage(ledger, message, { dueAt, failure });
    }
  };

  const deliver = (hook: Hook) => async (signal: AbortSignal) => {
    for (;;) {
      signal.throwIfAborted();
      const message = await takeMessage(ledger, hook.name, { at: clock.now(), leaseMs: LEASE_MS });
      if (message === null) return;
      await note(message, await sender.send(hook, message, signal));
    }
  };

  const teller = createExceptionTeller({ ...options, nextId });
  const overdue = createRepeating({
    work: async (signal) => {
      await ledger.transaction((trx) => tellOverdue(trx, { hooks, nextId, clock }));
      for (const { name } of hooks) {
        signal.throwIfAborted();
        const given = await giveUpOverflow(ledger, name, clock.now());
        if (given > 0) counters.ended(name, "given_up", given);
      }
      await forgetMessages(ledger, new Date(clock.nowMs() - KEEP_MS));
    },
    everyMs: OVERDUE_EVERY_MS,
    logger,
    whenFailed: "what is overdue could not be told to webhooks, it is tried again",
  });
  const deliveries = hooks.map((hook) =>
    createRepeating({
      work: deliver(hook),
      everyMs: LOOK_EVERY_MS,
      logger,
      whenFailed: `the webhook ${hook.name} could not be told, it is tried again`,
    }),
  );
  const works = hooks.length === 0 ? [] : [teller, overdue, ...deliveries];

  return {
    gauges: createWebhookGauges(metrics, hooks),
    async start() {
      await forgetUnknown(ledger, hooks);
      for (const work of works) work.start();
    },
    async stop() {
      await Promise.all(works.map((work) => work.stop()));
      await sender.close();
    },
  };
}

/** A webhook that is in the configuration no more is told nothing, and keeps no event of the log. */
async function forgetUnknown({ db }: Ledger, hooks: readonly Hook[]): Promise<void> {
  const names = hooks.map(({ name }) => name);
  await db
    .deleteFrom("webhook_messages")
    .where("settled_at", "is", null)
    .$if(names.length > 0, (rows) => rows.where("hook", "not in", names))
    .execute();
  if (names.length > 0) return;
  await db.deleteFrom("consumer_offsets").where("consumer", "=", WEBHOOKS).execute();
}
