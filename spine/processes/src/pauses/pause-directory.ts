import type { Ledger } from "@crossdock/ledger";
import { createRepeating, type Clock, type Logger } from "@crossdock/runtime";
import { createPauseBook } from "./pause-book.ts";
import { PAUSES_CHANNEL, type Pause, type PauseScope } from "./pause.ts";

/**
 * What is paused, in memory: asked for each call and each request. It follows the ledger by its doorbell, at once, and
 * looks by itself every second and a half, for a doorbell that was lost.
 */
export interface PauseDirectory {
  /** Resolves when all is read. @throws what reading the ledger throws */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Reads it now: for whoever has just changed something and wants it to hold when they are answered. */
  refresh(): Promise<void>;
  /** @returns `null` when it is not paused */
  pauseOf(scope: PauseScope, name: string): Pause | null;
  /** What keeps commands from going to a system: a pause of its lane, or of the system whole. */
  laneHeldBy(lane: string): Pause | null;
  /** Calls with what was paused or resumed. @returns stops it */
  onChange(listener: (pause: Pause) => void): () => void;
}

const LOOK_EVERY_MS = 1_500;
const NO_RING = { due: () => undefined };

export function createPauseDirectory(deps: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
}): PauseDirectory {
  const { ledger, logger } = deps;
  const book = createPauseBook({ ...deps, ring: NO_RING });
  const listeners = new Set<(pause: Pause) => void>();
  let known: ReadonlyMap<string, Pause> = new Map();
  let silence = (): Promise<void> => Promise.resolve();
  let reads = 0;
  let applied = 0;

  async function refresh(): Promise<void> {
    const turn = (reads += 1);
    const next = new Map((await book.list()).map((pause) => [keyOf(pause), pause]));
    // One that began earlier may come later, and knows less.
    if (turn < applied) return;
    applied = turn;
    const before = known;
    known = next;
    const changed = [
      ...[...next].filter(([key, { id }]) => before.get(key)?.id !== id),
      ...[...before].filter(([key]) => !next.has(key)),
    ];
    for (const [, pause] of changed) for (const listener of listeners) listener(pause);
  }

  const look = createRepeating({
    work: refresh,
    everyMs: LOOK_EVERY_MS,
    logger,
    whenFailed: "the pauses cannot be read; what is known of them holds",
  });
  const pauseOf = (scope: PauseScope, name: string) => known.get(keyOf({ scope, name })) ?? null;

  return {
    start: async () => {
      silence = await ledger.listen(PAUSES_CHANNEL, () => {
        refresh().catch((error: unknown) => {
          logger.warn({ err: error }, "the pauses cannot be read; they are looked for again");
        });
      });
      await refresh();
      look.start();
    },
    stop: async () => {
      await silence();
      await look.stop();
    },
    refresh,
    pauseOf,
    laneHeldBy: (lane) => pauseOf("LANE", lane) ?? pauseOf("SOURCE", lane),
    onChange: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function keyOf({ scope, name }: Pick<Pause, "scope" | "name">): string {
  return `${scope} ${name}`;
}
