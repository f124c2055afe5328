import { Pool } from "pg";
import type { PoolClient, PoolConfig } from "pg";
import { columnTypes } from "./column-types.ts";
import { LedgerBusyError } from "./errors.ts";

/**
 * A `pg.Pool` on either store. Rows read as `columnTypes` says. Whoever wants a connection when
 * `WAITING_LIMIT` callers wait for one is refused, so that a stalled database is an error and not a
 * heap that grows.
 */
export type LedgerPool = Pool;

/** Callers that may wait for a connection. At 1,000 statements a second it is ten seconds of work. */
export const WAITING_LIMIT = 10_000;

/** Our tables first; then BullMQ's, which it names without a schema. `public` belongs to others. */
export const SCHEMA = "crossdock";
export const SEARCH_PATH = `${SCHEMA},bullmq`;

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

export function createLedgerPool(config: PoolConfig, waitingLimit = WAITING_LIMIT): LedgerPool {
  const pool = new BoundedPool({ ...config, types: columnTypes }, waitingLimit);
  // A connection that breaks fails the query that uses it. It also emits "error", which would end the process
  // when nobody listens, and nobody does while the connection is lent out.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** `query` goes through `connect` too, so this one place bounds both. */
class BoundedPool extends Pool {
  readonly #waitingLimit: number;

  constructor(config: PoolConfig, waitingLimit: number) {
    super(config);
    this.#waitingLimit = waitingLimit;
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | void {
    const busy =
      this.waitingCount >= this.#waitingLimit ? new LedgerBusyError(this.waitingCount) : null;
    if (callback === undefined) return busy === null ? super.connect() : Promise.reject(busy);
    if (busy === null) super.connect(callback);
    else callback(busy, undefined, () => undefined);
  }
}
