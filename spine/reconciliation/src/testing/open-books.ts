import { allCommands, createCommandLog, type CommandLog } from "@crossdock/commands";
import type { ReconciliationScope, Subject } from "@crossdock/domain";
import { mismatchSubject, type Difference } from "@crossdock/domain";
import { allEvents, createEventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { openTestLedger } from "@crossdock/ledger/testing";
import { createCommandJournal, createOrderProcess, type OrderProcess } from "@crossdock/processes";
import { createLogger, systemClock } from "@crossdock/runtime";

export const logger = createLogger({ name: "test", level: "silent" });

/** A ledger with the process that keeps its books in step. */
export type OpenBooks = {
  readonly ledger: Ledger;
  readonly process: OrderProcess;
  close(): Promise<void>;
};

export async function openBooks(): Promise<OpenBooks> {
  const clock = systemClock;
  const opened = await openTestLedger();
  const { ledger } = opened;
  const eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  const process: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => process, clock });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions: allCommands,
    clock,
    journal,
    logger,
  });
  return {
    ledger,
    process,
    async close() {
      await commandLog.close();
      await eventLog.close();
      await opened.close();
    },
  };
}

/** A position of stock of which two systems do not say the same. */
export function stockDifference(sku: string, changes: Partial<Difference> = {}): Difference {
  return {
    key: `${sku}@EAST`,
    kind: "WRONG_QUANTITY",
    code: "STOCK_MISMATCH",
    about: `stock:${sku}` as Subject,
    part: "EAST",
    field: "onHand",
    left: "10 EA",
    leftSource: "erp",
    right: "9 EA",
    rightSource: "wms",
    summary: `${sku} in EAST: 10 and 9.`,
    repair: null,
    proposal: { sku, warehouse: "EAST", countedQuantity: "9" },
    ...changes,
  };
}

export function subjectOf(scope: ReconciliationScope, { about, part }: Difference): Subject {
  return mismatchSubject(scope, about, part ?? undefined);
}
