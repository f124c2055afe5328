import type { Dispatcher, Pool } from "undici";

export type PostForText = {
  readonly pool: Pool;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
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
    if (signal.aborted) answer.stop();
    else pool.dispatch({ method: "POST", path, headers, body }, answer);
  });
}

class WholeAnswer implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #resolve: (text: string) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | null = null;

  constructor(
    signal: AbortSignal,
    resolve: (text: string) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener("abort", this.stop, { once: true });
  }

  /** Also while the request waits for a connection: then it is not sent. */
  readonly stop = (): void => {
    const reason = this.#signal.reason as Error;
    this.#controller?.abort(reason);
    this.#reject(reason);
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(this.#signal.reason as Error);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#letGo();
    const [first, ...others] = this.#chunks;
    if (first === undefined) this.#resolve("");
    else this.#resolve((others.length === 0 ? first : Buffer.concat(this.#chunks)).toString());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#letGo();
    this.#reject(error);
  }

  #letGo(): void {
    this.#signal.removeEventListener("abort", this.stop);
  }
}
