import { setTimeout as sleep } from "node:timers/promises";
import type { GraphqlClient } from "../../src/graphql-client.ts";
import type { Seeded } from "../seeded.ts";
import { allKinds } from "./all-kinds.ts";
import type { LoadKind, LoadRequest, LoadRun, PlacedOrder, Sent } from "./load-kind.ts";

/** Clients that send requests and ask again, with the same key, until they are answered. */
export interface Load {
  /** Sends no more. @returns what every client was told, once all were or `limitMs` is over */
  stop(limitMs: number): Promise<readonly Sent[]>;
}

const ASK_AGAIN_MS = 300;
const ANSWER_LIMIT_MS = 10_000;
const MS_PER_SECOND = 1_000;
const SHARES = 100;

export function startLoad(options: {
  readonly client: GraphqlClient;
  readonly token: string;
  readonly requestsPerSecond: number;
  /** Begins every reference and key. */
  readonly name: string;
  readonly seeded: Seeded;
}): Load {
  const { client, token, requestsPerSecond, name, seeded } = options;
  const giveUp = new AbortController();
  const sending: Promise<Sent>[] = [];
  const orders: PlacedOrder[] = [];
  const sendNext = () => {
    const count = sending.length;
    const run: LoadRun = {
      client,
      token,
      count,
      orders,
      name: `${name}-${String(count + 1).padStart(4, "0")}`,
    };
    const drawn = draw(seeded.between(1, SHARES));
    const request = drawn.next(run);
    if (request === null) return;
    const sent = sendUntilAnswered(drawn, request, giveUp.signal);
    sending.push(sent);
    if (!drawn.opensOrder) return;
    const order: PlacedOrder = { reference: request.reference, orderId: null };
    orders.push(order);
    void sent.then(({ reply }) => {
      if (reply?.kind === "acknowledged") order.orderId = reply.orderId;
    });
  };
  sendNext();
  const timer = setInterval(sendNext, MS_PER_SECOND / requestsPerSecond);
  return {
    async stop(limitMs) {
      clearInterval(timer);
      const limit = setTimeout(() => {
        giveUp.abort();
      }, limitMs);
      const sent = await Promise.all(sending);
      clearTimeout(limit);
      return sent;
    },
  };
}

/** The kind that the hundredth part `at` belongs to. */
function draw(at: number): LoadKind {
  let upTo = 0;
  for (const kind of allKinds) {
    upTo += kind.share;
    if (at <= upTo) return kind;
  }
  throw new Error(`The shares of the load are ${String(upTo)} of ${String(SHARES)}.`);
}

async function sendUntilAnswered(
  kind: LoadKind,
  { reference, send }: LoadRequest,
  giveUp: AbortSignal,
): Promise<Sent> {
  let reason = "never asked";
  let isEarly = false;
  while (!giveUp.aborted) {
    try {
      const reply = await Promise.race([send(), sleep(ANSWER_LIMIT_MS, null, { ref: false })]);
      if (reply !== null && reply.kind !== "early") return { kind, reference, reply };
      isEarly = reply !== null;
      reason = "no answer in time";
    } catch (error) {
      isEarly = false;
      reason = String(error); // the program is dead, or died while it answered, or a source is away
    }
    await sleep(ASK_AGAIN_MS);
  }
  // Nobody is owed an answer to what was never sent.
  if (isEarly) return { kind, reference, reply: { kind: "refused", code: "NEVER_SENT" } };
  return { kind, reference, reply: null, reason };
}
