import {
  instantOf,
  mergeShipment,
  parseInstant,
  parseOrderNumber,
  parseShipmentId,
  parseWarehouseCode,
  type Shipment,
  type ShipmentReport,
} from "@crossdock/domain";
import {
  allEvents,
  createEventLog,
  LOG_START,
  shipmentProgressed,
  type EventLog,
} from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { createLogger, systemClock } from "@crossdock/runtime";
import { sql } from "kysely";
import { saveSourceOrders } from "../order-book-writer.ts";
import { createOrderProcess, type OrderProcess } from "../order-process.ts";
import { createShipmentBook, lockShipments, saveShipments } from "../shipment-book-postgres.ts";
import { recordReport } from "../shipment-report.ts";
import { sourceOrderOf } from "./drafts.ts";

const AT_ONCE = 20;
const SEEN_AT = parseInstant("2026-11-21T08:10:00Z");
const NOW = parseInstant("2026-11-21T09:00:00Z");
const at = (second: number) => instantOf(new Date(Date.parse(SEEN_AT) + second * 1_000));
const trace = { correlationId: "test", causationId: null };

const shipped: Shipment = {
  id: parseShipmentId("9001"),
  number: "9001",
  orderNumbers: [parseOrderNumber("SO-7001")],
  warehouse: parseWarehouseCode("EAST"),
  status: "SHIPPED",
  carrier: null,
  trackingNumber: "1Z1",
  trackingUrl: null,
  shipTo: null,
  lines: [],
  packages: [],
  milestones: [
    { type: "SHIPPED", at: parseInstant("2026-11-21T08:00:00Z"), source: "wms", note: null },
  ],
  shippedAt: null,
  estimatedDeliveryAt: null,
  deliveredAt: null,
  problem: null,
  modifiedAt: parseInstant("2026-11-21T08:00:00Z"),
};
const report = (status: ShipmentReport["status"], second: number): ShipmentReport => ({
  status,
  at: at(second),
  trackingNumber: null,
  note: null,
  source: "carrier",
});

/** What the shipment book promises those who report milestones, whatever the store. */
export function shipmentReportSuite(ledgerOf: () => Ledger): void {
  let ledger: Ledger;
  let eventLog: EventLog;
  let orderProcess: OrderProcess;

  beforeEach(async () => {
    ledger = ledgerOf();
    const logger = createLogger({ name: "test", level: "silent" });
    eventLog = createEventLog({ ledger, clock: systemClock, logger, definitions: allEvents });
    orderProcess = createOrderProcess({
      commands: () => {
        throw new Error("Orders of the ERP's own ask for nothing.");
      },
      eventLog,
    });
    await sql`truncate shipment_book, order_book, events`.execute(ledger.db);
    await ledger.transaction((trx) =>
      saveSourceOrders(trx, [sourceOrderOf("SO-7001", "2026-11-20")], SEEN_AT),
    );
  });
  afterEach(() => eventLog.close());

  const take = (told: ShipmentReport) =>
    ledger.transaction(async (trx) => {
      const seen = { shipment: shipped, seenAt: SEEN_AT };
      const taken = await recordReport(trx, shipped.id, told, { seen, now: NOW });
      if (taken.kind === "recorded") {
        const { orders, events } = taken.effects;
        await orderProcess.apply(trx, orders, events, trace);
      }
      return taken;
    });
  const look = (document: Shipment) =>
    ledger.transaction(async (trx) => {
      const known = await lockShipments(trx, [document.id]);
      const shipment = mergeShipment(known.get(document.id) ?? null, document);
      await saveShipments(trx, [{ shipment, customerNumber: null }], SEEN_AT);
    });
  const inBook = async () => {
    const [record] = await createShipmentBook(ledger).readShipments([shipped.id]);
    return record ?? null;
  };
  const told = async () => {
    const events = await eventLog.readPage({ after: LOG_START, limit: 100 });
    return events.map(({ type, customerNumber, data }) => ({ type, customerNumber, data }));
  };

  test("a delivery that is reported of an unheard shipment is in the book, its customer's, and told once", async () => {
    await take(report("DELIVERED", 1));
    await take(report("DELIVERED", 1));
    expect(await inBook()).toMatchObject({
      shipment: { status: "DELIVERED", deliveredAt: at(1), trackingNumber: "1Z1" },
      customerNumber: "C10010",
      seenAt: SEEN_AT,
    });
    expect(await told()).toMatchObject([
      {
        type: shipmentProgressed.type,
        customerNumber: "C10010",
        data: { shipmentId: "9001", status: "DELIVERED", orderIds: ["erp-SO-7001"] },
      },
    ]);
  });

  test("a report that is refused changes and tells nothing", async () => {
    await take(report("DELIVERED", 1));
    const before = await inBook();
    expect(await take(report("IN_TRANSIT", 2))).toMatchObject({
      kind: "refused",
      userErrors: [{ code: "INVALID_STATUS", field: ["status"] }],
    });
    expect(await inBook()).toEqual(before);
    expect(await told()).toHaveLength(1);
  });

  test("what happened last comes first in the list, also where the warehouse did not tell of it", async () => {
    const later = { ...shipped, id: parseShipmentId("9002"), modifiedAt: at(1) };
    await look(shipped);
    await look(later);
    const listed = async () => {
      const query = { visibleTo: "all", first: 10, after: null } as const;
      const { rows } = await createShipmentBook(ledger).listShipments(query);
      return rows.map(({ record }) => record.shipment.id);
    };
    expect(await listed()).toEqual(["9002", "9001"]);
    await take(report("IN_TRANSIT", 2));
    expect(await listed()).toEqual(["9001", "9002"]);
  });

  test("reports and looks at the same moment add up, also where the book had no row", async () => {
    const seconds = Array.from({ length: AT_ONCE }, (_, second) => second);
    await Promise.all(
      seconds.flatMap((second) => [take(report("IN_TRANSIT", second)), look(shipped)]),
    );
    const record = await inBook();
    expect(record?.shipment.status).toBe("IN_TRANSIT");
    expect(record?.shipment.milestones.map((milestone) => milestone.at)).toEqual([
      shipped.modifiedAt,
      ...seconds.map(at),
    ]);
    expect(await told()).toHaveLength(1);
  });
}
