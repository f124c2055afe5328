import { WebSocket } from "ws";
import { cursorOf, idOf, skuOf, SUBSCRIPTION } from "./frames.ts";
import { nowMs } from "./now.ts";
import { answerParent } from "../kit/processes.ts";
import type { Published } from "./publisher.ts";

/** What a bench asks of a process full of subscribers. */
export type ClientsRequest =
  /** Subscribers connect; when they are cut off later they come back with their cursor. */
  | {
      readonly kind: "open";
      readonly url: string;
      readonly token: string;
      readonly sockets: number;
      readonly perSocket: number;
      readonly firstGroup: number;
      readonly groups: number;
    }
  /** Forgets what came. */
  | { readonly kind: "reset" }
  /** How many events came since then, and to how many different subscribers. */
  | { readonly kind: "count" }
  /** How long each was under way. */
  | { readonly kind: "delays"; readonly published: readonly Published[] };

export type ClientsAnswers = {
  readonly open: null;
  readonly reset: null;
  readonly count: { readonly events: number; readonly subscribers: number };
  readonly delays: Delays;
};

/** How often there was a delay of so many tenths of a millisecond. */
export type Counts = readonly (readonly [tenths: number, count: number])[];
export type Delays = {
  /** From the call that publishes, which a durable log answers when it is on disk. */
  readonly fromAsked: Counts;
  /** From when the events were sure to be told. */
  readonly fromSure: Counts;
};

type Subscription = { readonly group: number; cursor: string | null; hasHeard: boolean };

/** A herd that all comes at once is not what is measured while it opens. */
const OPENING_AT_ONCE = 50;
const RETRY_MS = 100;
const TENTHS_PER_MS = 10;

const subscriptions: Subscription[] = [];
let cursors: string[] = [];
let times: number[] = [];

answerParent(
  {},
  (request) => answer(request as ClientsRequest),
  () => Promise.resolve(),
);

async function answer(request: ClientsRequest): Promise<unknown> {
  switch (request.kind) {
    case "open":
      await openAll(request);
      return null;
    case "reset":
      cursors = [];
      times = [];
      for (const subscription of subscriptions) subscription.hasHeard = false;
      return null;
    case "count":
      return {
        events: cursors.length,
        subscribers: subscriptions.filter(({ hasHeard }) => hasHeard).length,
      };
    case "delays":
      return delaysOf(request.published);
  }
}

function delaysOf(published: readonly Published[]): Delays {
  const byCursor = new Map(published.map((event) => [event.cursor, event]));
  const delays = (since: "askedAt" | "sureAt"): Counts => {
    const counts = new Map<number, number>();
    for (const [place, cursor] of cursors.entries()) {
      const event = byCursor.get(cursor);
      const at = times[place];
      if (event === undefined || at === undefined) throw new Error(`Nobody published ${cursor}.`);
      // The log may tell its followers before it answers.
      const tenths = Math.max(0, Math.round((at - event[since]) * TENTHS_PER_MS));
      counts.set(tenths, (counts.get(tenths) ?? 0) + 1);
    }
    return [...counts];
  };
  return { fromAsked: delays("askedAt"), fromSure: delays("sureAt") };
}

async function openAll(options: Extract<ClientsRequest, { kind: "open" }>): Promise<void> {
  const { url, token, sockets, perSocket, firstGroup, groups } = options;
  let opened = 0;
  const openSome = async () => {
    while (opened < sockets) {
      const first = opened * perSocket;
      opened += 1;
      const own = Array.from({ length: perSocket }, (_none, at) => ({
        group: firstGroup + ((first + at) % groups),
        cursor: null,
        hasHeard: false,
      }));
      subscriptions.push(...own);
      await connect(url, token, own);
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, openSome));
}

/** Resolves when it has asked for its subscriptions. */
function connect(url: string, token: string, own: readonly Subscription[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, "graphql-transport-ws", { perMessageDeflate: false });
    socket.on("open", () => {
      socket.send(
        JSON.stringify({
          type: "connection_init",
          payload: { authorization: `Bearer ${token}` },
        }),
      );
    });
    socket.on("message", (data: Buffer) => {
      const frame = data.toString("latin1");
      const cursor = cursorOf(frame);
      if (cursor !== null) {
        times.push(nowMs());
        cursors.push(cursor);
        const subscription = own[Number(idOf(frame))];
        if (subscription === undefined) throw new Error(`Nobody asked for ${frame}`);
        subscription.cursor = cursor;
        subscription.hasHeard = true;
      } else if (frame === '{"type":"connection_ack"}') {
        for (const [id, { group, cursor: after }] of own.entries()) {
          const variables = { skus: [skuOf(group)], after };
          const payload = { query: SUBSCRIPTION, variables };
          socket.send(JSON.stringify({ id: String(id), type: "subscribe", payload }));
        }
        resolve();
      } else if (!frame.includes('"type":"ping"'))
        throw new Error(`An event is no event: ${frame}`);
    });
    socket.on("error", () => undefined); // it closes
    socket.once("close", () => {
      setTimeout(() => void connect(url, token, own).then(resolve), RETRY_MS);
    });
  });
}
