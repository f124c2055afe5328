import type { Logger, Metrics } from "@crossdock/runtime";
import { Gauge } from "prom-client";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import { createClient } from "redis";

/** An answer that takes longer keeps operations waiting for nothing: this process can count as well. */
const COMMAND_TIMEOUT_MS = 250;
const CONNECT_TIMEOUT_MS = 2_000;
/** Commands that wait for an answer; beyond that Redis is too slow to be of use. */
const MAX_COMMANDS = 10_000;
const FIRST_RECONNECT_MS = 50;
const MAX_RECONNECT_MS = 2_000;
const MINUTE_SECONDS = 60;

/** What clients use up in a minute, counted for all processes that have the same Redis. */
export interface SharedMinutes {
  consume(key: string, amount: number): Promise<Counted>;
  /** Adds, whatever that makes. */
  penalty(key: string, amount: number): Promise<Counted>;
  reward(key: string, amount: number): Promise<Counted>;
  close(): Promise<void>;
}
type Counted = { readonly consumedPoints: number; readonly msBeforeNext: number };

export type SharedMinutesOptions = {
  readonly redisUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How long a minute is. */
  readonly seconds?: number;
};

/**
 * Connects in the background, and again whenever the connection is lost. While Redis is away each process counts what it
 * sees itself, and has the whole limit to itself: clients may use more then, and none is refused for our trouble. The
 * gauge `crossdock_quota_shared` is 0 meanwhile.
 */
export function createSharedMinutes(options: SharedMinutesOptions): SharedMinutes {
  const { redisUrl, logger, metrics, seconds = MINUTE_SECONDS } = options;
  const client = createClient({
    url: redisUrl,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_COMMANDS,
    commandOptions: { timeout: COMMAND_TIMEOUT_MS },
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempt) =>
        Math.min(FIRST_RECONNECT_MS * 2 ** Math.min(attempt, 10), MAX_RECONNECT_MS),
    },
  });
  const shared = new Gauge({
    name: "crossdock_quota_shared",
    help: "1 while quotas are counted in Redis for all processes, 0 while each process counts its own.",
    registers: [metrics],
  });
  let isAway = false;
  client.on("error", (error: Error) => {
    shared.set(0);
    if (!isAway) logger.warn({ err: error }, "Redis is away: each process counts quotas alone");
    isAway = true;
  });
  client.on("ready", () => {
    shared.set(1);
    if (isAway) logger.info("Redis is back: quotas are counted for all processes");
    isAway = false;
  });
  client.connect().catch(() => undefined);
  const common = { points: Number.MAX_SAFE_INTEGER, duration: seconds };
  const limiter = new RateLimiterRedis({
    ...common,
    storeClient: client,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    keyPrefix: "crossdock:quota",
    insuranceLimiter: new RateLimiterMemory(common),
  });
  return {
    consume: (key, amount) => limiter.consume(key, amount),
    penalty: (key, amount) => limiter.penalty(key, amount),
    reward: (key, amount) => limiter.reward(key, amount),
    close: () => {
      if (client.isOpen) client.destroy();
      return Promise.resolve();
    },
  };
}
