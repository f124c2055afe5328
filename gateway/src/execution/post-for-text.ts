import type { Dispatcher, Pool } from "undici";

export type PostForText = {
  readonly pool: Pool;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string;
  readonly signal: AbortSignal;
};

/**
 * Posts, and takes the whole answer at once, whatever its status: without a stream between the connection and the text,
 * which for an answer of a few kilobytes costs more than reading it. The pool's limits hold.
 * @throws the signal's reason when it aborts first, and the pool's error when no whole answer came
 */
export function postForText({ pool, path, headers, body, signal }: PostForText): Promise<string> {
  return new Promise((resolve, reject) => {
    const answer = new WholeAnswer(signal, resolve, reject);
    if (signal.aborted) answer.handleEvent();
    else pool.dispatch({ method: "POST", path, headers, body }, answer);
  });
}

const ONCE = { once: true };

/** One object takes the answer and hears the signal: every fetch makes one. */
class WholeAnswer implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #resolve: (text: string) => void;
  readonly #reject: (reason: unknown) => void;
  #first: Buffer | null = null;
  #others: Buffer[] | null = null;
  #controller: Dispatcher.DispatchController | null = null;

  constructor(
    signal: AbortSignal,
    resolve: (text: string) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener("abort", this, ONCE);
  }

  /** The signal has aborted; also while the request waits for a connection: then it is not sent. */
  handleEvent(): void {
    const reason = this.#signal.reason as Error;
    this.#controller?.abort(reason);
    this.#reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(this.#signal.reason as Error);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#first === null) this.#first = chunk;
    else (this.#others ??= []).push(chunk);
  }

  onResponseEnd(): void {
    this.#letGo();
    if (this.#first === null) this.#resolve("");
    else if (this.#others === null) this.#resolve(this.#first.toString());
    else this.#resolve(Buffer.concat([this.#first, ...this.#others]).toString());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#letGo();
    this.#reject(error);
  }

  #letGo(): void {
    this.#signal.removeEventListener("abort", this);
  }
}
