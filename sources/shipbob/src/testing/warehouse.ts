import {
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseOrderKey,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderNumber,
} from "@crossdock/domain";
import { createLogger, type Clock } from "@crossdock/runtime";
import { createIdleSource, demoConnections, startSandbox } from "@crossdock/sandbox";
import type { ReleaseDraft, ReleaseLine, WmsSystem } from "@crossdock/source-contract";
import { budgetOf } from "@crossdock/source-http";
import { createShipbobSystem } from "../shipbob-system.ts";

/** The adapter over a running sandbox with a warehouse and nothing else, for this package's tests. */
export type Warehouse = {
  readonly system: WmsSystem;
  readonly url: string;
  /** Calls that the source counted since the last time it was asked; all, or of one operation. */
  calls(operation?: string): Promise<number>;
  resetCalls(): Promise<void>;
  /** @param fault kind, operation and so on, as the sandbox's control side takes them */
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>;
  clearFaults(): Promise<void>;
  /** @param how what goes otherwise than it should, as the sandbox's control side takes it */
  advance(reference: string, to: string, how?: object): Promise<void>;
  /** People count an item without lots. */
  recount(sku: string, warehouse: string, onHand: number): Promise<void>;
  /** Announced goods come; those that are not named as they were announced, or with `isDone` false not yet. */
  receive(
    reference: string,
    lines: readonly { readonly sku: string; readonly received: number; readonly stowed: number }[],
    isDone: boolean,
  ): Promise<void>;
  /** A box that comes back is taken in, or looked into; all of it goes back on the shelf unless `lines` say otherwise. */
  takeBack(
    reference: string,
    to: "received" | "inspected",
    lines?: readonly object[],
  ): Promise<void>;
  documents(reference: string, type?: "order" | "receiving" | "return"): Promise<number>;
  stop(): Promise<void>;
};

export type WarehouseOptions = {
  /** 0, the default, is a warehouse that moves only when it is advanced. */
  readonly speed?: number;
  readonly requestsPerMinute?: number;
  /** Where the warehouse keeps its journal; in memory when left out. */
  readonly dataDir?: string;
  readonly clock?: Clock;
  readonly locationIds?: Readonly<Record<string, number>>;
};

const UNLIMITED = budgetOf({
  calls: 100_000,
  windowMs: 1_000,
  burst: 50_000,
  concurrent: 8,
  writes: "command",
  queued: 1_000,
  maxWaitMs: 100,
});
export const WEBHOOK_SECRET = `whsec_${Buffer.from("a secret of the tests").toString("base64")}`;
const EACH = parseUomCode("EA");

export async function startWarehouse(options: WarehouseOptions = {}): Promise<Warehouse> {
  const { speed = 0, requestsPerMinute = 100_000, dataDir = null, clock, locationIds } = options;
  const sandbox = await startSandbox({
    port: 0,
    dataDir,
    speed,
    wms: { requestsPerMinute, serviceTimeMs: { least: 0, most: 0 } },
    sources: { erp: () => createIdleSource("erp"), finance: () => createIdleSource("finance") },
  });
  const { apiUrl, token } = demoConnections(sandbox.url).wms;
  const system = createShipbobSystem({
    name: "wms",
    baseUrl: apiUrl,
    token,
    webhookSecret: WEBHOOK_SECRET,
    logger: createLogger({ name: "test", level: "silent" }),
    budget: UNLIMITED,
    ...(clock === undefined ? {} : { clock }),
    ...(locationIds === undefined ? {} : { locationIds }),
  });
  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${sandbox.url}/_control/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`control ${path}: ${await answer.text()}`);
    return (await answer.json()) as {
      count: number;
      wms: { total: number; byOperation: Record<string, number> };
    };
  };

  return {
    system,
    url: sandbox.url,
    async calls(operation) {
      const { wms } = await control("GET", "calls");
      return operation === undefined ? wms.total : (wms.byOperation[operation] ?? 0);
    },
    resetCalls: async () => void (await control("POST", "calls/reset")),
    fault: async (fault) => void (await control("POST", "faults", { source: "wms", ...fault })),
    clearFaults: async () => void (await control("DELETE", "faults")),
    advance: async (reference, to, how = {}) =>
      void (await control("POST", "advance", { source: "wms", reference, to, ...how })),
    recount: async (sku, code, onHand) =>
      void (await control("POST", "recount", { source: "wms", sku, warehouse: code, onHand })),
    receive: async (reference, lines, isDone) =>
      void (await control("POST", "receive", { source: "wms", reference, lines, isDone })),
    takeBack: async (reference, to, lines) =>
      void (await control("POST", "returns", { source: "wms", reference, to, lines })),
    documents: async (reference, type = "order") =>
      (await control("GET", `documents?source=wms&type=${type}&reference=${reference}`)).count,
    async stop() {
      await system.close();
      await sandbox.stop();
    },
  };
}

export function releaseOf(
  orderNumber: OrderNumber | string,
  lines: readonly Partial<ReleaseLine>[] = [{}],
): ReleaseDraft {
  return {
    orderNumber: parseOrderNumber(orderNumber),
    release: 1,
    orderKey: parseOrderKey("7K3QF9M2ZT"),
    customerNumber: parseCustomerNumber("C10010"),
    customerReference: "PO-7",
    warehouse: parseWarehouseCode("EAST"),
    placedAt: parseInstant("2026-11-21T08:00:00Z"),
    shipTo: {
      name: "Lakeside Mechanical Inc.",
      lines: ["1 Mill Street", "Dock 4"],
      city: "Cleveland",
      region: "OH",
      postalCode: "44114",
      country: "US",
    },
    lines: lines.map((line, at) => ({
      lineNumber: at + 1,
      sku: parseSku("NG-10001"),
      description: "An item",
      quantity: countOf("1"),
      ...line,
    })),
  };
}

export function countOf(digits: string) {
  return quantity(parseDecimal(digits), EACH);
}
