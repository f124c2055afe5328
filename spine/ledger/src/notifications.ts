import type { Logger } from "@crossdock/runtime";
import { sleep } from "@crossdock/runtime";
import type { Notification, PoolClient } from "pg";
import type { LedgerPool } from "./ledger-pool.ts";

/** @param payload at most 8,000 bytes; empty when none was given */
export type OnNotify = (payload: string) => void;

export interface Notifications {
  /**
   * Calls `onNotify` for each notification on `channel` from now on. A doorbell, not a delivery: what is
   * sent while the connection is being replaced is lost, so whoever listens also looks from time to time.
   * Resolves when the server listens.
   * @returns stops it
   */
  listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>>;
  close(): void;
}

const RECONNECT_AFTER_MS = 1_000;

/** All channels of this process over one connection of the pool, taken when somebody first listens. */
export function createNotifications(pool: LedgerPool, logger: Logger): Notifications {
  return new ListeningConnection(pool, logger);
}

class ListeningConnection implements Notifications {
  readonly #pool: LedgerPool;
  readonly #logger: Logger;
  readonly #listeners = new Map<string, Set<OnNotify>>();
  readonly #closing = new AbortController();
  #client: Promise<PoolClient> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(pool: LedgerPool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  async listen(channel: string, onNotify: OnNotify): Promise<() => Promise<void>> {
    this.#closing.signal.throwIfAborted();
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners);
    listeners.add(onNotify);
    try {
      this.#client ??= this.#connect();
      const client = await this.#client;
      await this.#inTurn(() => listenTo(client, channel));
    } catch (error) {
      listeners.delete(onNotify);
      throw error;
    }
    // The channel itself stays: in an embedded ledger UNLISTEN would silence other connections too.
    return () => {
      listeners.delete(onNotify);
      return Promise.resolve();
    };
  }

  close(): void {
    this.#closing.abort(new Error("The ledger is closing."));
    this.#listeners.clear();
    void this.#client?.then(
      (client) => {
        client.release(true);
      },
      () => undefined,
    );
    this.#client = null;
  }

  async #connect(): Promise<PoolClient> {
    try {
      const client = await this.#pool.connect();
      client.on("notification", (message) => {
        this.#ring(message);
      });
      client.once("error", (error) => {
        client.release(error);
        this.#reconnect(error);
      });
      for (const channel of this.#listeners.keys()) {
        await this.#inTurn(() => listenTo(client, channel));
      }
      return client;
    } catch (error) {
      this.#client = null;
      throw error;
    }
  }

  #reconnect(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#logger.warn({ err: error }, "the ledger's doorbell is silent; connecting again");
    this.#client = sleep(RECONNECT_AFTER_MS, this.#closing.signal).then(() => this.#connect());
    this.#client.catch((failure: unknown) => {
      this.#reconnect(failure);
    });
  }

  /** A connection takes one statement at a time. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #ring({ channel, payload }: Notification): void {
    for (const onNotify of this.#listeners.get(channel) ?? []) onNotify(payload ?? "");
  }
}

async function listenTo(client: PoolClient, channel: string): Promise<void> {
  await client.query(`listen ${client.escapeIdentifier(channel)}`);
}
