import type { Logger } from "@crossdock/runtime";
import { LedgerClosedError } from "../errors.ts";
import { isBegin, readReply, simpleQuery } from "./wire.ts";

/** One client of the session: a connection of the pool. */
export interface SessionClient {
  /** Bytes from the server. */
  receive(bytes: Uint8Array): void;
  /** The client can go on no longer. */
  fail(error: Error): void;
}

/**
 * One PostgreSQL session shared by many clients. A request runs to its end before the next one; a client
 * in a transaction holds the session until it commits or rolls back, and everyone else waits: first come
 * first served, single statements before transactions. Session state (SET, prepared names, LISTEN) is
 * shared: use SET LOCAL and unnamed statements. Notifications go to every client.
 */
export interface SharedSession {
  join(client: SessionClient): void;
  /** @param bytes whole messages, the last of which the server answers */
  request(client: SessionClient, bytes: Uint8Array): void;
  /** Its waiting requests are dropped and its open transaction is rolled back. */
  leave(client: SessionClient): void;
  /** Every client fails with `error`; nothing more is executed. */
  end(error: Error): void;
}

export type SharedSessionOptions = {
  /** @returns the server's answer to `bytes`; rejects only when the server is gone */
  readonly execute: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly logger: Logger;
  readonly idleInTransactionLimitMs?: number;
};

/**
 * How long a transaction may hold the session without a statement. Reached only by a fault, such as a
 * call to another system, or to the pool instead of the transaction, inside of a transaction.
 */
export const IDLE_IN_TRANSACTION_LIMIT_MS = 15_000;

/**
 * So long a transaction lets single statements go before it: they are short, and a client waits for most
 * of them, while most transactions record what sources did.
 */
export const TRANSACTION_PATIENCE_MS = 100;

type Waiting = {
  readonly client: SessionClient;
  readonly bytes: Uint8Array;
  readonly sinceMs: number;
  readonly opensTransaction: boolean;
};

export function createSharedSession(options: SharedSessionOptions): SharedSession {
  return new Session(options);
}

class Session implements SharedSession {
  readonly #options: SharedSessionOptions;
  readonly #clients = new Set<SessionClient>();
  #waiting: Waiting[] = [];
  #holder: SessionClient | null = null;
  #mustRollBack = false;
  #running = false;
  #ended: Error | null = null;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: SharedSessionOptions) {
    this.#options = options;
  }

  join(client: SessionClient): void {
    this.#clients.add(client);
  }

  request(client: SessionClient, bytes: Uint8Array): void {
    if (this.#ended !== null) {
      client.fail(this.#ended);
      return;
    }
    this.#waiting.push({
      client,
      bytes,
      sinceMs: performance.now(),
      opensTransaction: isBegin(bytes),
    });
    this.#run();
  }

  leave(client: SessionClient): void {
    if (!this.#clients.delete(client)) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting.client !== client);
    if (this.#holder === client) {
      this.#mustRollBack = true;
      this.#run();
    }
  }

  end(error: Error): void {
    this.#ended = error;
    this.#waiting = [];
    clearTimeout(this.#idleTimer);
    const clients = [...this.#clients];
    this.#clients.clear();
    for (const client of clients) client.fail(error);
  }

  #run(): void {
    if (this.#running || this.#ended !== null) return;
    const next = this.#mustRollBack
      ? { client: null, bytes: simpleQuery("rollback") }
      : this.#next();
    if (next === null) return;
    this.#running = true;
    clearTimeout(this.#idleTimer);
    this.#options.execute(next.bytes).then(
      (bytes) => {
        this.#running = false;
        this.#answer(next.client, bytes);
        this.#run();
      },
      (error: unknown) => {
        this.end(new LedgerClosedError("its thread ended.", { cause: error }));
      },
    );
  }

  #next(): Waiting | null {
    const at = this.#holder === null ? this.#nextAtRest() : this.#nextOf(this.#holder);
    return at === -1 ? null : (this.#waiting.splice(at, 1)[0] ?? null);
  }

  #nextOf(holder: SessionClient): number {
    return this.#waiting.findIndex(({ client }) => client === holder);
  }

  /** Who wants one statement goes before who opens a transaction, unless that one has waited for long. */
  #nextAtRest(): number {
    const [first] = this.#waiting;
    if (first === undefined) return -1;
    const isPatient = performance.now() - first.sinceMs < TRANSACTION_PATIENCE_MS;
    if (!first.opensTransaction || !isPatient) return 0;
    return Math.max(
      0,
      this.#waiting.findIndex(({ opensTransaction }) => !opensTransaction),
    );
  }

  /** @param client `null` when the session itself asked for a rollback */
  #answer(client: SessionClient | null, bytes: Uint8Array): void {
    const reply = readReply(bytes);
    const inTransaction = reply.status !== "I";
    const gone = client !== null && !this.#clients.has(client);
    this.#mustRollBack = client === null ? false : inTransaction && gone;
    this.#holder = inTransaction && client !== null ? client : null;
    if (client !== null && inTransaction && !gone) this.#limitIdling(client);
    if (client !== null && !gone) client.receive(reply.answer);
    if (reply.notifications !== null) {
      for (const listening of this.#clients) listening.receive(reply.notifications);
    }
  }

  #limitIdling(client: SessionClient): void {
    const limitMs = this.#options.idleInTransactionLimitMs ?? IDLE_IN_TRANSACTION_LIMIT_MS;
    this.#idleTimer = setTimeout(() => {
      const error = new Error(
        `A transaction was idle for ${String(limitMs)} ms while it held the only database session; it was rolled back.`,
      );
      this.#options.logger.error({ waiting: this.#waiting.length }, error.message);
      this.leave(client);
      client.fail(error);
    }, limitMs);
  }
}
