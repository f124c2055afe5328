import { setTimeout as sleep } from "node:timers/promises";
import type { Seeded } from "../chaos/seeded.ts";
import type { Received, ResumePoint, Transport } from "./connections/connection.ts";
import type { Interest, Stream } from "./streams.ts";

export type SubscriberPlan = {
  readonly transport: Transport;
  readonly stream: Stream;
  readonly interest: Interest;
  /** The cursor after which it begins. */
  readonly from: string;
  /** Comes back without a cursor, as a client that knows of none. */
  readonly forgets: boolean;
  /** Of this subscriber alone. */
  readonly seeded: Seeded;
};

/** A client that goes away at random moments, is cut off when the program dies, and comes back. */
export interface Subscriber {
  readonly plan: SubscriberPlan;
  /** The cursors of all events in the order in which they came. */
  readonly seen: readonly string[];
  /** How often it came back. */
  readonly reconnects: () => number;
  /** The codes of results that were no event. */
  readonly errors: readonly string[];
  /** It goes away no more of its own accord. */
  stay(): void;
  /** Leaves for good. */
  stop(): Promise<void>;
}

const STAY_MS = { least: 300, most: 6_000 };
const AWAY_MS = { least: 0, most: 1_200 };
/** A program that is dead is asked again no sooner. */
const RETRY_MS = 250;

export function startSubscriber(plan: SubscriberPlan): Subscriber {
  const { transport, stream, interest, from, forgets, seeded } = plan;
  const seen: string[] = [];
  const errors: string[] = [];
  const stopping = new AbortController();
  let resume: ResumePoint | null = null;
  let connections = 0;
  let stays = false;

  const take = ({ result, eventId }: Received) => {
    const cursor = cursorOf(result.data, stream.name);
    for (const { extensions } of result.errors ?? []) {
      errors.push(String(extensions?.["code"] ?? "no code"));
    }
    if (cursor === null) return;
    seen.push(cursor);
    resume = { cursor, eventId };
  };

  /** One connection, from its opening to its end. */
  const connect = async () => {
    const cut = new AbortController();
    const breakOff = () => {
      cut.abort();
    };
    stopping.signal.addEventListener("abort", breakOff, { once: true });
    const timer = stays ? undefined : setTimeout(breakOff, between(seeded, STAY_MS));
    const isBack = connections > 0;
    connections += 1;
    try {
      const request = {
        query: stream.query,
        variables: interest.variables,
        from: forgets && isBack ? null : from,
        resume: forgets ? null : resume,
      };
      for await (const received of transport.subscribe(request, cut.signal)) take(received);
    } catch {
      // Cut off, by us or because the program is dead.
    } finally {
      clearTimeout(timer);
      stopping.signal.removeEventListener("abort", breakOff);
    }
  };

  const run = async () => {
    while (!stopping.signal.aborted) {
      await connect();
      await sleep(RETRY_MS + (stays ? 0 : between(seeded, AWAY_MS)));
    }
  };
  const ended = run();

  return {
    plan,
    seen,
    errors,
    reconnects: () => connections - 1,
    stay: () => {
      stays = true;
    },
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}

function between(seeded: Seeded, range: { readonly least: number; readonly most: number }): number {
  return seeded.between(range.least, range.most);
}

/** @returns `null` when the result is no event */
function cursorOf(data: unknown, field: string): string | null {
  if (data === null || data === undefined) return null;
  const event = (data as Readonly<Record<string, { readonly cursor: string } | null>>)[field];
  return event?.cursor ?? null;
}
