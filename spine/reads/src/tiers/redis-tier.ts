import type { Logger } from "@crossdock/runtime";
import { BaseDriver } from "bentocache/drivers/base_driver";
import type { BusDriver, CreateBusDriverResult, L2CacheDriver } from "bentocache/types";
import { createClient, type RedisClientType } from "redis";
import { within } from "../waiting.ts";

/** An answer that takes longer is as good as none: the source can be asked meanwhile. */
const COMMAND_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 2_000;
/** Commands that wait for an answer; beyond that Redis is too slow to be of use. */
const MAX_COMMANDS = 10_000;
const FIRST_RECONNECT_MS = 50;
const MAX_RECONNECT_MS = 2_000;

type Client = RedisClientType;

/** Redis as the second place of entries, and the bus on which processes tell each other of newer ones. */
export type RedisTier = {
  readonly driver: {
    readonly options: object;
    readonly factory: (config: DriverConfig) => L2CacheDriver;
  };
  readonly bus: CreateBusDriverResult;
  close(): Promise<void>;
};
type DriverConfig = ConstructorParameters<typeof BaseDriver>[0];

/**
 * Connects in the background and again whenever the connection is lost. While there is none every
 * operation fails at once: nothing is queued.
 */
export function createRedisTier(redisUrl: string, logger: Logger): RedisTier {
  const open = () => {
    const client: Client = createClient({
      url: redisUrl,
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_COMMANDS,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (attempt) =>
          Math.min(FIRST_RECONNECT_MS * 2 ** Math.min(attempt, 10), MAX_RECONNECT_MS),
      },
    });
    return client;
  };
  const commands = open();
  const subscriber = open();
  reportState(commands, logger);
  subscriber.on("error", () => undefined); // the other connection tells of it
  for (const client of [commands, subscriber]) client.connect().catch(() => undefined);

  return {
    driver: { options: {}, factory: (config) => new RedisDriver(config, commands) },
    bus: {
      // A message that could not be sent is worth nothing later: the entry is read again when it is too old.
      options: { retryQueue: { enabled: false } },
      factory: () => new RedisBus(commands, subscriber),
    },
    close: async () => {
      await Promise.all([commands, subscriber].map(closeSoon));
    },
  };
}

/** What was sent is waited for, but not for long. */
async function closeSoon(client: Client): Promise<void> {
  const closed = client.isReady ? client.close() : Promise.resolve();
  await within(closed, COMMAND_TIMEOUT_MS).catch(() => undefined);
  if (client.isOpen) client.destroy();
}

function reportState(client: Client, logger: Logger): void {
  let isAway = false;
  client.on("error", (error: Error) => {
    if (!isAway) logger.warn({ err: error }, "Redis is away: reads are cached in memory alone");
    isAway = true;
  });
  client.on("ready", () => {
    if (isAway) logger.info("Redis is back");
    isAway = false;
  });
}

class RedisDriver extends BaseDriver implements L2CacheDriver {
  readonly type = "l2";
  readonly #client: Client;
  readonly #config: DriverConfig;

  constructor(config: DriverConfig, client: Client) {
    super(config);
    this.#config = config;
    this.#client = client;
  }

  namespace(namespace: string): RedisDriver {
    const prefix = this.createNamespacePrefix(namespace);
    return new RedisDriver({ ...this.#config, prefix }, this.#client);
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#commands.get(this.getItemKey(key))) ?? undefined;
  }

  async pull(key: string): Promise<string | undefined> {
    return (await this.#commands.getDel(this.getItemKey(key))) ?? undefined;
  }

  async set(key: string, value: string, ttlMs?: number): Promise<boolean> {
    const expiration =
      ttlMs === undefined ? {} : ({ expiration: { type: "PX", value: ttlMs } } as const);
    return (await this.#commands.set(this.getItemKey(key), value, expiration)) === "OK";
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#commands.del(this.getItemKey(key))) > 0;
  }

  async deleteMany(keys: string[]): Promise<boolean> {
    if (keys.length === 0) return true;
    return (await this.#commands.del(keys.map((key) => this.getItemKey(key)))) > 0;
  }

  /** Entries are never cleared as a whole; they end by their age. */
  clear(): Promise<void> {
    return Promise.reject(new Error("Entries in Redis end by their age."));
  }

  disconnect(): Promise<void> {
    return Promise.resolve(); // the connection is closed by whoever opened it
  }

  get #commands(): Client {
    return this.#client.withCommandOptions({ timeout: COMMAND_TIMEOUT_MS });
  }
}

type Told = Parameters<BusDriver["publish"]>[1];
type Message = { readonly from: string; readonly told: Told };

class RedisBus implements BusDriver {
  readonly #commands: Client;
  readonly #subscriber: Client;
  #id = "";

  constructor(commands: Client, subscriber: Client) {
    this.#commands = commands;
    this.#subscriber = subscriber;
  }

  setId(id: string): BusDriver {
    this.#id = id;
    return this;
  }

  async publish(channel: string, told: Told): Promise<void> {
    const message: Message = { from: this.#id, told };
    try {
      await this.#commands
        .withCommandOptions({ timeout: COMMAND_TIMEOUT_MS })
        .publish(channel, JSON.stringify(message));
    } catch {
      // The others have the value a little longer than they would.
    }
  }

  /** Holds over reconnections; waits for the first connection. */
  subscribe(channel: string, handler: (told: never) => void | Promise<void>): Promise<void> {
    const subscribe = () =>
      this.#subscriber.subscribe(channel, (text) => {
        const { from, told } = JSON.parse(text) as Message;
        if (from !== this.#id) void handler(told as never);
      });
    if (this.#subscriber.isReady) return subscribe();
    this.#subscriber.once("ready", () => {
      subscribe().catch(() => undefined);
    });
    return Promise.resolve();
  }

  async unsubscribe(channel: string): Promise<void> {
    if (this.#subscriber.isReady) await this.#subscriber.unsubscribe(channel);
  }

  onReconnect(callback: () => void): void {
    this.#subscriber.on("ready", callback);
  }

  disconnect(): Promise<void> {
    return Promise.resolve(); // as for the driver
  }
}
