import type { AskOwn } from "@crossdock/gateway";
import type { Leftovers } from "../leftovers.ts";

/** How the path of an order goes in a test: what the API and the systems behind it say. */
export type PlayedPath = {
  /** What can be promised of the item. */
  readonly inStock?: string;
  /** Codes with which the order is refused. */
  readonly refusals?: readonly string[];
  /** How far the order comes by itself. */
  readonly comesTo?: "SUBMITTED" | "CONFIRMED" | "RELEASED";
  /** What holds it there. */
  readonly holds?: readonly string[];
  /** Whether it may be cancelled. */
  readonly isCancellable?: boolean;
  /** What is still there of it once it is cancelled. */
  readonly leaves?: readonly string[];
};

/** The API and the systems behind it, as far as a synthetic order meets them. */
export interface PlayedApi {
  readonly ask: AskOwn;
  readonly leftovers: Leftovers;
  /** Names of the operations that were asked, in their order. */
  readonly asked: readonly string[];
  /** From now on the path goes so. */
  play(path: PlayedPath): void;
}

const ORDER_ID = "7K3QF9M2ZT";

export function playApi(path: PlayedPath = {}): PlayedApi {
  let now = path;
  let isThere = false;
  let isCancelled = false;
  const asked: string[] = [];

  const standing = () => {
    const { comesTo = "RELEASED", holds = [] } = now;
    const isReleased = comesTo === "RELEASED";
    return {
      status: isCancelled ? "CANCELLED" : comesTo === "SUBMITTED" ? "SUBMITTED" : "CONFIRMED",
      number: comesTo === "SUBMITTED" ? null : "SO-0000001",
      postings: [{ state: "POSTED" }, { state: isReleased ? "POSTED" : "PENDING" }],
      holds: holds.map((code) => ({ code })),
    };
  };
  const answers: Readonly<Record<string, () => Record<string, unknown>>> = {
    SyntheticStock: () => ({
      availability: [{ availableToPromise: { value: now.inStock ?? "500" } }],
    }),
    SyntheticOrder: () => {
      const userErrors = (now.refusals ?? []).map((code) => ({ code, message: "No." }));
      isThere = userErrors.length === 0;
      isCancelled = false;
      const order = isThere ? { id: ORDER_ID, synthetic: true } : null;
      return { submitOrder: { order, userErrors } };
    },
    SyntheticOrderNow: () => ({ order: isThere ? standing() : null }),
    SyntheticCancel: () => {
      isCancelled = now.isCancellable ?? true;
      const userErrors = isCancelled ? [] : [{ code: "TOO_LATE", message: "It is packed." }];
      return { cancelOrder: { userErrors } };
    },
  };

  return {
    asked,
    play(next) {
      now = next;
    },
    ask: ({ payload, signal }) => {
      signal.throwIfAborted();
      const name = /^(?:query|mutation) (\w+)/.exec(String(payload.query))?.[1] ?? "";
      asked.push(name);
      const answer = answers[name];
      if (answer === undefined) throw new Error(`Nobody plays ${name}.`);
      return Promise.resolve({ data: answer() });
    },
    leftovers: {
      of: () => Promise.resolve(isCancelled ? (now.leaves ?? []) : ["the order itself"]),
      orderOf: () => Promise.resolve(isThere ? (ORDER_ID as never) : null),
    },
  };
}
