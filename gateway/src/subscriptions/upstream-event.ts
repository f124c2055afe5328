import type { ExecutionResult } from "graphql";
import type { StreamMessage } from "./stream-message.ts";

/** What the owning subgraph told once, for all who follow the upstream. */
export type UpstreamEvent = {
  readonly result: ExecutionResult;
  /** `null` when the event could not be read, or its stream has no cursors. */
  readonly cursor: string | null;
  /** About what it takes to hold it: the length of its JSON. */
  readonly bytes: () => number;
};

export function createUpstreamEvent(result: ExecutionResult, cursor: string | null): UpstreamEvent {
  let bytes: number | null = null;
  return { result, cursor, bytes: () => (bytes ??= JSON.stringify(result).length) };
}

/**
 * An event on its way to all subscribers who are sent the same text of it. It is completed when the first
 * of them is about to take it, and is let go of with the queues that hold it.
 */
export class Delivery {
  readonly #complete: (event: UpstreamEvent) => Promise<StreamMessage>;
  /** Until its completion starts. */
  #event: UpstreamEvent | null;
  #waiting: (() => void)[] = [];
  #message: StreamMessage | null = null;
  readonly #bytesOfEvent: () => number;

  constructor(event: UpstreamEvent, complete: (event: UpstreamEvent) => Promise<StreamMessage>) {
    this.#event = event;
    this.#complete = complete;
    this.#bytesOfEvent = event.bytes;
  }

  /** The text, once it is there. */
  get message(): StreamMessage | null {
    return this.#message;
  }

  get bytes(): number {
    return this.#message?.json.length ?? this.#bytesOfEvent();
  }

  /** Starts the completion, unless that was done before. */
  begin(): void {
    const event = this.#event;
    if (event === null) return;
    this.#event = null;
    void this.#run(event);
  }

  /** Starts the completion; all who wait for it are called in one go when the text is there. */
  whenCompleted(call: () => void): void {
    this.#waiting.push(call);
    this.begin();
  }

  async #run(event: UpstreamEvent): Promise<void> {
    this.#message = await this.#complete(event);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) call();
  }
}
