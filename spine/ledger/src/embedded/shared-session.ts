import type { Logger } from "@crossdock/runtime";
import { LedgerClosedError } from "../errors.ts";
import { createHoldMeter, type HoldMeter, type OnHold } from "./session-hold.ts";
import { isBegin, readReply, simpleQuery } from "./wire.ts";

/** One client of the session: a connection of a pool. */
export interface SessionClient {
  /** Nobody waits for what it asks: it lets others go first. */
  readonly isBackground: boolean;
  /** Bytes from the server. */
  receive(bytes: Uint8Array): void;
  /** The client can go on no longer. */
  fail(error: Error): void;
}

/**
 * One PostgreSQL session shared by many clients. A request runs to its end before the next one; a client
 * in a transaction holds the session until it commits or rolls back, and everyone else waits: single
 * statements before transactions, somebody's before the background's, and else first come first served. Session
 * state (SET, prepared names, LISTEN) is shared: use SET LOCAL and unnamed statements, which `withPreparedStatements` keeps. Notifications go to every client.
 */
export interface SharedSession {
  join(client: SessionClient): void;
  /** @param bytes whole messages, the last of which the server answers */
  request(client: SessionClient, bytes: Uint8Array): void;
  /** Its waiting requests are dropped and its open transaction is rolled back. */
  leave(client: SessionClient): void;
  /** Every client fails with `error`; nothing more is executed. */
  end(error: Error): void;
  /** For how long nothing was asked that somebody waits for; 0 while something is. */
  quietMs(): number;
}

export type SharedSessionOptions = {
  /** @returns the server's answer to `bytes`; rejects only when the server is gone */
  readonly execute: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly logger: Logger;
  readonly idleInTransactionLimitMs?: number;
  /** Told how long each client had the session; nothing is measured when left out. */
  readonly onHold?: OnHold;
};

/**
 * How long a transaction may hold the session without a statement. Reached only by a fault, such as a
 * call to another system, or to the pool instead of the transaction, inside of a transaction.
 */
export const IDLE_IN_TRANSACTION_LIMIT_MS = 15_000;

/**
 * So long a request lets others of a lower rank go before it. They are short, and somebody waits for them;
 * after that it is first come first served, so that nothing waits for ever.
 */
export const PATIENCE_MS = 100;

/**
 * Who was answered a moment ago mostly asks again at once, for a request is some statements with little between them: so
 * long the background waits for that. Else its transactions would begin in each of these gaps, and a request would wait
 * for several of them, one after the other.
 */
export const LINGER_MS = 4;
/** The background does so for as long as one request takes: where requests come without a gap it has its turns all the same. */
export const LINGERS_AT_MOST_MS = 20;

type Waiting = {
  readonly client: SessionClient;
  readonly bytes: Uint8Array;
  readonly sinceMs: number;
  /** The lowest goes first: see `rankOf`. */
  readonly rank: number;
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
  /** When somebody who is waited for was last answered. */
  #answeredMs = -Infinity;
  #lingerTimer: NodeJS.Timeout | undefined;
  readonly #holds: HoldMeter | null;

  constructor(options: SharedSessionOptions) {
    this.#options = options;
    const { onHold } = options;
    this.#holds = onHold === undefined ? null : createHoldMeter(onHold, () => performance.now());
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
      rank: rankOf(client, bytes),
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
    clearTimeout(this.#lingerTimer);
    const clients = [...this.#clients];
    this.#clients.clear();
    for (const client of clients) client.fail(error);
  }

  quietMs(): number {
    const isAsked = this.#waiting.some(({ client }) => !client.isBackground);
    const isHeld = this.#holder?.isBackground === false;
    return isAsked || isHeld ? 0 : performance.now() - this.#answeredMs;
  }

  #run(): void {
    if (this.#running || this.#ended !== null) return;
    const next = this.#mustRollBack
      ? { client: null, bytes: simpleQuery("rollback"), sinceMs: performance.now() }
      : this.#next();
    if (next === null) return;
    this.#running = true;
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#lingerTimer);
    this.#holds?.begin(next.client?.isBackground ?? false, next);
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

  /** The lowest rank, of those who came first; whoever has waited for long before all others. */
  #nextAtRest(): number {
    const [first] = this.#waiting;
    if (first === undefined) return -1;
    const nowMs = performance.now();
    if (nowMs - first.sinceMs >= PATIENCE_MS) return 0;
    const lowest = Math.min(...this.#waiting.map(({ rank }) => rank));
    const at = this.#waiting.findIndex(({ rank }) => rank === lowest);
    const lingerMs = lowest < BACKGROUND_RANK ? 0 : this.#lingerMs(nowMs, this.#waiting[at]);
    if (lingerMs <= 0) return at;
    this.#runIn(lingerMs);
    return -1;
  }

  /** How long the background still has to wait for who was just answered. */
  #lingerMs(nowMs: number, waiting: Waiting | undefined): number {
    const sinceMs = waiting?.sinceMs ?? nowMs;
    return Math.min(this.#answeredMs + LINGER_MS, sinceMs + LINGERS_AT_MOST_MS) - nowMs;
  }

  #runIn(ms: number): void {
    clearTimeout(this.#lingerTimer);
    this.#lingerTimer = setTimeout(() => {
      this.#run();
    }, Math.ceil(ms));
  }

  /** @param client `null` when the session itself asked for a rollback */
  #answer(client: SessionClient | null, bytes: Uint8Array): void {
    const reply = readReply(bytes);
    const inTransaction = reply.status !== "I";
    this.#holds?.end(inTransaction);
    const gone = client !== null && !this.#clients.has(client);
    this.#mustRollBack = client === null ? false : inTransaction && gone;
    this.#holder = inTransaction && client !== null ? client : null;
    if (client?.isBackground === false) this.#answeredMs = performance.now();
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

const BACKGROUND_RANK = 2;

/** A transaction holds the session for as long as several statements; nobody waits for the background. */
function rankOf({ isBackground }: SessionClient, bytes: Uint8Array): number {
  return (isBackground ? BACKGROUND_RANK : 0) + (isBegin(bytes) ? 1 : 0);
}
