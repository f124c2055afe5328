import type { Logger } from "@crossdock/runtime";
import pLimit from "p-limit";
import type { Lane } from "./lane.ts";
import type { CommandQueues } from "./queues.ts";
import type { SourceGate } from "./source-gate.ts";

/** What one worker does of a lane: jobs of the queue become attempts, as many as there is room for. */
export interface LaneWork {
  /** Takes nothing new; resolves when what runs has ended, and the rest is given back. */
  stop(): Promise<void>;
  /** Lets go of what runs: nobody waits for it any more. */
  abandon(): Promise<void>;
}

/**
 * Beside the commands at the source twice as many are being claimed or written down: the source never
 * waits for the ledger, and a claim never waits long for the source.
 */
const HELD_PER_CALL = 3;

export type LaneWorkOptions = {
  readonly lane: Lane;
  /** Calls to the source at a time, 1 or more. */
  readonly concurrency: number;
  readonly queues: CommandQueues;
  readonly gate: SourceGate;
  /** @param onClaim to be called when the ledger knows who has the command, or that nobody gets it now */
  readonly attempt: (id: string, onClaim: () => void) => Promise<void>;
  /** Commands that came in a job and are not attempted. */
  readonly giveBack: (ids: readonly string[]) => Promise<void>;
  readonly logger: Logger;
};

export function startLaneWork(options: LaneWorkOptions): LaneWork {
  const { lane, concurrency, queues, gate, attempt, giveBack, logger } = options;
  const room = pLimit(concurrency * HELD_PER_CALL);
  const running = new Set<Promise<void>>();
  const untouched: string[] = [];
  let stopping = false;

  /** @returns once the command needs no queue any more */
  const takeUp = (id: string): Promise<void> =>
    new Promise((taken) => {
      const run = room(async () => {
        const leave = await gate.turn();
        try {
          if (stopping) untouched.push(id);
          else await attempt(id, taken);
        } finally {
          leave();
        }
      }).catch((error: unknown) => {
        logger.error({ commandId: id, lane, err: error }, "an attempt was broken off");
      });
      running.add(run);
      void run.finally(() => {
        running.delete(run);
        taken();
      });
    });

  const consumer = queues.consume(lane, async (commandIds) => {
    await Promise.all(commandIds.map(takeUp));
  });

  return {
    async stop() {
      stopping = true;
      gate.release();
      await consumer.stop();
      await Promise.all(running);
      await giveBack(untouched);
    },
    abandon: () => consumer.abandon(),
  };
}
