import {
  allCommands,
  createCommandLog,
  parseIdempotencyKey,
  submitOrder,
  type Acceptance,
  type CommandLog,
} from "@crossdock/commands";
import { allEvents, createEventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { createLogger, systemClock } from "@crossdock/runtime";
import { createCommandJournal } from "../command-journal.ts";
import { createOrderProcess, type OrderProcess } from "../order-process.ts";
import { draftOf } from "./drafts.ts";

const clock = systemClock;
const logger = createLogger({ name: "test", level: "silent" });
const { signal } = new AbortController();

/** What of a process takes orders, as the application wires it. */
export type OrderTaker = {
  readonly ledger: Ledger;
  readonly eventLog: ReturnType<typeof createEventLog>;
  readonly commandLog: CommandLog;
  readonly orderProcess: OrderProcess;
  /** @param orderKey also the idempotency key, where none is given */
  take(orderKey: string, idempotencyKey?: string): Promise<Acceptance>;
  close(): Promise<void>;
};

export function openOrderTaker(ledger: Ledger): OrderTaker {
  const eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  const orderProcess: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const journal = createCommandJournal({ eventLog, process: () => orderProcess, clock });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions: allCommands,
    clock,
    journal,
    logger,
  });
  return {
    ledger,
    eventLog,
    commandLog,
    orderProcess,
    take: (orderKey, idempotencyKey = orderKey) => {
      const draft = draftOf(orderKey);
      const trace = { correlationId: "test", causationId: null };
      const request = {
        clientId: "portal",
        idempotencyKey: parseIdempotencyKey(idempotencyKey),
        requestedBy: "test",
        customerNumber: draft.customerNumber,
        data: draft,
        ...trace,
        alongside: ({ id }: { readonly id: string }) =>
          orderProcess.opening(draft, { ...trace, causationId: id }),
      };
      return commandLog.take(submitOrder, request, signal);
    },
    close: async () => {
      await commandLog.close();
      await eventLog.close();
    },
  };
}
