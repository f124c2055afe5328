import type { Ledger } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import { DUE_CHANNEL, SETTLED_CHANNEL } from "./channels.ts";

/** Tells every process that there is something to look at. Never in a transaction: NOTIFY makes commits queue up. */
export interface Doorbell {
  /** Commands may be due. */
  due(): void;
  settled(id: string): void;
}

/** While one ring is on its way so many commands may settle; who waits for more finds out by looking. */
const MAX_SETTLED = 1_000;

/**
 * Rings that come while one is on its way become one. A ring that fails is logged and forgotten: who
 * waits for it also looks from time to time.
 */
export function createDoorbell(options: {
  readonly ledger: Ledger;
  readonly logger: Logger;
}): Doorbell {
  const { ledger, logger } = options;
  const settled = new Set<string>();
  let due = false;
  let ringing = false;

  async function ring(): Promise<void> {
    ringing = true;
    while (due || settled.size > 0) {
      const ids = [...settled];
      settled.clear();
      due = false;
      try {
        // Where a command is settled, the next one of its subject may be due.
        await ledger.notify(DUE_CHANNEL, "");
        if (ids.length > 0) await ledger.notify(SETTLED_CHANNEL, ...ids);
      } catch (error) {
        logger.warn({ err: error }, "could not ring the doorbell");
      }
    }
    ringing = false;
  }

  return {
    due: () => {
      due = true;
      if (!ringing) void ring();
    },
    settled: (id) => {
      if (settled.size < MAX_SETTLED) settled.add(id);
      if (!ringing) void ring();
    },
  };
}
