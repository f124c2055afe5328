import type { WebSocket } from "ws";

/** Sockets are looked at so often between two pings of one, so that not all are pinged in one go. */
const TURNS = 16;

/**
 * Pings each socket every so often, by one timer for all. A client that does not answer a ping before the next
 * one is gone, whatever the network says: its socket is cut.
 */
export class KeepAlive {
  readonly #everyMs: number;
  readonly #timer: NodeJS.Timeout;
  /** When each is pinged next, the first of them first. */
  readonly #dueMs = new Map<WebSocket, number>();
  readonly #unanswered = new Set<WebSocket>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
    this.#timer = setInterval(() => {
      this.#pingDue();
    }, everyMs / TURNS).unref();
  }

  add(socket: WebSocket): void {
    this.#dueMs.set(socket, performance.now() + this.#everyMs);
  }

  answered(socket: WebSocket): void {
    this.#unanswered.delete(socket);
  }

  remove(socket: WebSocket): void {
    this.#dueMs.delete(socket);
    this.#unanswered.delete(socket);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #pingDue(): void {
    const nowMs = performance.now();
    for (const [socket, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) return;
      this.#dueMs.delete(socket);
      if (this.#unanswered.has(socket)) {
        socket.terminate();
        continue;
      }
      this.#dueMs.set(socket, nowMs + this.#everyMs);
      this.#unanswered.add(socket);
      socket.ping();
    }
  }
}
