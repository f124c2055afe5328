import type { Ledger } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import { DUE_CHANNEL, SETTLED_CHANNEL } from "./channels.ts";

/** Tells every process that there is something to look at. Never in a transaction: NOTIFY makes commits queue up. */
export interface Doorbell {
  /** Commands may be due. Rings that come while one is on its way become one. */
  due(): void;
  settled(id: string): void;
}

/** A ring that fails is logged and forgotten: relays look by themselves from time to time. */
export function createDoorbell(options: {
  readonly ledger: Ledger;
  readonly logger: Logger;
}): Doorbell {
  const { ledger, logger } = options;
  let ringing = false;
  let again = false;

  const notify = async (channel: string, payload: string): Promise<void> => {
    try {
      await ledger.notify(channel, payload);
    } catch (error) {
      logger.warn({ err: error, channel }, "could not ring the doorbell");
    }
  };

  const ringDue = async (): Promise<void> => {
    ringing = true;
    do {
      again = false;
      await notify(DUE_CHANNEL, "");
    } while (again);
    ringing = false;
  };

  return {
    due: () => {
      if (ringing) again = true;
      else void ringDue();
    },
    settled: (id) => void notify(SETTLED_CHANNEL, id),
  };
}
