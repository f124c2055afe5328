import type { SourceOrder } from "@crossdock/domain";
import { allCommands, createCommandLog, type CommandLog } from "@crossdock/commands";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { openTestLedger } from "@crossdock/ledger/testing";
import {
  createCommandJournal,
  createOrderProcess,
  openedOrder,
  type OrderProcess,
  type OrderRecord,
} from "@crossdock/processes";
import { createLogger, systemClock, type Clock, type Logger } from "@crossdock/runtime";
import { draftOf, sourceOrder } from "./source-orders.ts";

/** The books and the event log over a ledger of their own, with the process that keeps them in step. */
export type OpenBooks = {
  readonly ledger: Ledger;
  readonly eventLog: EventLog;
  readonly process: OrderProcess;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Puts an order of ours into the book that the ERP has numbered. @param key two characters of base 32 */
  takeOrder(
    key: string,
    number: string,
  ): Promise<{ readonly order: OrderRecord; readonly document: SourceOrder }>;
  close(): Promise<void>;
};

export async function openBooks(): Promise<OpenBooks> {
  const logger = createLogger({ name: "test", level: "silent" });
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
    eventLog,
    process,
    clock,
    logger,
    async takeOrder(key, number) {
      const document = sourceOrder(number, { status: "SUBMITTED" });
      const draft = draftOf(`${key}AAAAAAAA`, document);
      const order = openedOrder(draft, "test");
      await ledger.db
        .insertInto("order_book")
        .values({
          id: order.id,
          number,
          customer_number: order.customerNumber,
          customer_reference: order.customerReference,
          status: order.status,
          placed_at: order.placedAt,
          skus: [...order.skus],
          state: JSON.stringify(order.state),
        })
        .execute();
      return { order, document: { ...document, key: draft.key } };
    },
    async close() {
      await commandLog.close();
      await eventLog.close();
      await opened.close();
    },
  };
}
