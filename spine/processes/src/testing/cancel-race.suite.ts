import {
  allCommands,
  cancelOrder,
  cancelRelease,
  createCommandLog,
  createCommandWorker,
  defineHandler,
  openCommandQueues,
  parseIdempotencyKey,
  releaseOrder,
  removeOrder,
  submitOrder,
  succeed,
  type CommandLog,
  type CommandRecord,
} from "@crossdock/commands";
import {
  parseDecimal,
  parseOrderNumber,
  parseShipmentId,
  parseUomCode,
  quantity,
  type OrderId,
  type OrderToCashEvent,
} from "@crossdock/domain";
import { allEvents, createEventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { createLogger, systemClock } from "@crossdock/runtime";
import { createCommandJournal } from "../command-journal.ts";
import { createOrderBook } from "../order-book-postgres.ts";
import { createOrderProcess, type OrderProcess } from "../order-process.ts";
import { draftOf } from "./drafts.ts";

const ORDERS = 40;
const CLIENT = { clientId: "portal", requestedBy: "test", correlationId: "c", causationId: null };
const logger = createLogger({ name: "test", level: "silent" });

/** What holds when orders are cancelled while workers are at work on them. */
export function cancelRaceSuite(openedLedger: () => Ledger): void {
  test("orders that are cancelled at any moment end cancelled, and nothing of them is left", async () => {
    const ledger = openedLedger();
    const clock = systemClock;
    const eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
    const process: OrderProcess = createOrderProcess({ commands: () => log, eventLog });
    const journal = createCommandJournal({ eventLog, process: () => process, clock });
    const log: CommandLog = createCommandLog({
      ledger,
      definitions: allCommands,
      clock,
      journal,
      logger,
    });
    const queues = await openCommandQueues({ ledger, redisUrl: null, logger });
    const sources = createSources();
    const worker = createCommandWorker({
      ledger,
      log,
      queues,
      handlers: sources.handlers,
      concurrency: { erp: 8, wms: 8, finance: 0 },
      attemptMs: 5_000,
      logger,
    });
    await worker.start();

    const cancelOne = async (at: number): Promise<CommandRecord> => {
      const draft = draftOf(`RACE${String(at).padStart(6, "0")}`);
      const { customerNumber } = draft;
      const orderId = draft.key as string as OrderId;
      await log.take(
        submitOrder,
        {
          ...CLIENT,
          idempotencyKey: parseIdempotencyKey(`submit-${draft.key}`),
          customerNumber,
          data: draft,
          alongside: ({ id: causationId }) =>
            process.opening(draft, { correlationId: "c", causationId }),
        },
        AbortSignal.timeout(10_000),
      );
      // Spread over the time that an order takes to get to the warehouse.
      await new Promise((resolve) => setTimeout(resolve, (at % 10) * 15));
      const { command } = await ledger.transaction((trx) =>
        process.request(
          trx,
          orderId,
          () =>
            log.accept(trx, cancelOrder, {
              ...CLIENT,
              idempotencyKey: parseIdempotencyKey(`cancel-${draft.key}`),
              customerNumber,
              data: { orderId, reason: null },
            }),
          ({ id: commandId }): OrderToCashEvent => ({
            kind: "cancelRequested",
            commandId,
            reason: null,
            at: clock.now(),
            source: "crossdock",
          }),
        ),
      );
      const settled = await log.waitUntilSettled(command.id, 30_000, AbortSignal.timeout(40_000));
      if (settled === null) throw new Error("The command is gone.");
      return settled;
    };
    const cancellations = await Promise.all(
      Array.from({ length: ORDERS }, (_, at) => cancelOne(at)),
    );

    expect(cancellations.map(({ status }) => status)).toEqual(
      Array.from({ length: ORDERS }, () => "SUCCEEDED"),
    );
    const ids = cancellations.map(({ result }) => result?.id as OrderId);
    const records = await createOrderBook(ledger).readOrders(ids);
    expect(new Set(records.map((record) => record?.status))).toEqual(new Set(["CANCELLED"]));
    expect([sources.orders.size, sources.releases.size]).toEqual([0, 0]);
    const left = await log.list({
      customerNumbers: "all",
      status: ["ACCEPTED", "RUNNING", "RETRYING", "DEAD_LETTERED", "REJECTED"],
      first: 1,
      after: null,
    });
    expect(left.entries).toEqual([]);
    await worker.stop();
    await queues.close();
    await log.close();
    await eventLog.close();
  }, 90_000);
}

/** An ERP and a warehouse that keep what they are told, and forget what is taken back. */
function createSources() {
  const orders = new Set<string>();
  const releases = new Set<string>();
  const stamp = (source: string) => ({ at: systemClock.now(), source });
  const shipment = (orderId: OrderId, release: number, status: "RELEASED" | "CANCELLED") => ({
    id: parseShipmentId(`${orderId}-${String(release)}`),
    number: `${orderId}-${String(release)}`,
    status,
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: quantity(parseDecimal("5"), parseUomCode("EA")) }],
  });
  const done = (orderId: OrderId, event: OrderToCashEvent) =>
    Promise.resolve(
      succeed({
        typename: "Order",
        id: orderId,
        effects: { orders: [{ orderId, event }], events: [] },
      }),
    );
  const common = { settleMs: 0, lookUp: null } as const;
  const handlers = [
    defineHandler(submitOrder, {
      ...common,
      execute: ({ data }) => {
        orders.add(data.key);
        const number = parseOrderNumber(`SO-${data.key}`);
        const orderId = data.key as string as OrderId;
        return done(orderId, { kind: "orderCreated", number, ...stamp("erp") });
      },
    }),
    defineHandler(releaseOrder, {
      ...common,
      execute: ({ data: { orderId, release } }) => {
        releases.add(orderId);
        const shipments = [shipment(orderId, release, "RELEASED")];
        return done(orderId, { kind: "releaseCreated", release, shipments, ...stamp("wms") });
      },
    }),
    defineHandler(cancelRelease, {
      ...common,
      execute: ({ data: { orderId, release } }) => {
        releases.delete(orderId);
        const shipments = [shipment(orderId, release, "CANCELLED")];
        return done(orderId, { kind: "releaseCancelled", release, shipments, ...stamp("wms") });
      },
    }),
    defineHandler(removeOrder, {
      ...common,
      execute: ({ data: { orderId } }) => {
        orders.delete(orderId);
        return done(orderId, { kind: "orderRemoved", ...stamp("erp") });
      },
    }),
  ];
  return { orders, releases, handlers };
}
