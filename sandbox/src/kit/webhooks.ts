import { Pool, request, Agent } from "undici";
import type { FaultBoard, FaultKind } from "./faults.ts";
import type { SourceName } from "./source.ts";

export type WebhookDelivery = {
  readonly source: SourceName;
  /** The topic or resource, for faults by operation. */
  readonly topic: string;
  readonly url: string;
  readonly headers: () => Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as it arrives when it was changed on its way; a blank more when left out. */
  readonly tampered?: string;
  /** Waits between tries; the vendor's schedule, already scaled. */
  readonly retryDelaysMs: readonly number[];
  /** Which answers end the tries. */
  readonly isFinal: (status: number) => boolean;
  /** Told the last answer; 0 when nobody answered. */
  readonly onDone?: (status: number) => void;
};

/** Sends notifications as the vendors do: later, more than once, out of order, or not at all. */
export interface WebhookSender {
  send(delivery: WebhookDelivery): void;
  /** One call and its answer, for handshakes. Status 0 when nobody answered in `timeoutMs`. */
  call(
    url: string,
    init: { readonly headers?: Record<string, string>; readonly body?: string },
    timeoutMs?: number,
  ): Promise<{ readonly status: number; readonly body: string }>;
  stop(): Promise<void>;
}

const CALL_TIMEOUT_MS = 5_000;
/** How long a reordered notification waits for a later one to overtake it. */
const REORDER_HOLD_MS = 1_500;
const MAX_CONNECTIONS = 16;

export function createWebhookSender(faults: FaultBoard): WebhookSender {
  const agent = new Agent({
    factory: (origin) => new Pool(origin, { connections: MAX_CONNECTIONS }),
  });
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  const later = (delayMs: number, run: () => void) => {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  };

  const call: WebhookSender["call"] = async (url, init, timeoutMs = CALL_TIMEOUT_MS) => {
    try {
      const answer = await request(url, {
        method: "POST",
        dispatcher: agent,
        headers: { "content-type": "application/json", ...init.headers },
        body: init.body ?? "",
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: answer.statusCode, body: await answer.body.text() };
    } catch {
      return { status: 0, body: "" };
    }
  };

  const attempt = async (delivery: WebhookDelivery, tried: number, body = delivery.body) => {
    const { status } = await call(delivery.url, { headers: { ...delivery.headers() }, body });
    const wait = delivery.retryDelaysMs[tried];
    if (delivery.isFinal(status) || wait === undefined) delivery.onDone?.(status);
    else later(wait, () => void attempt(delivery, tried + 1));
  };

  /** Per source, the notification that waits until a later one has been delivered. */
  const held = new Map<SourceName, () => void>();
  const hold = (source: SourceName, start: () => void) => {
    held.set(source, start);
    later(REORDER_HOLD_MS, () => release(source, start));
  };
  const release = (source: SourceName, start: (() => void) | undefined) => {
    if (start === undefined || held.get(source) !== start) return;
    held.delete(source);
    start();
  };

  return {
    send(delivery) {
      const { source, topic } = delivery;
      const struck = (kind: FaultKind) => faults.strike(source, topic, [kind]) !== null;
      if (struck("drop")) return;
      const copies = struck("duplicate") ? 2 : 1;
      const body = struck("badSignature")
        ? (delivery.tampered ?? `${delivery.body} `)
        : delivery.body;
      const start = () =>
        Promise.all(Array.from({ length: copies }, () => attempt(delivery, 0, body)));
      const delay = faults.strike(source, topic, ["delay"]);
      if (delay !== null) {
        later(delay.latencyMs, () => void start());
        return;
      }
      const overtaken = held.get(source);
      if (overtaken === undefined && struck("reorder")) hold(source, () => void start());
      else later(0, () => void start().then(() => release(source, overtaken)));
    },
    call,
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      await agent.destroy();
    },
  };
}
