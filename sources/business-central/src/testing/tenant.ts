import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  money,
  quantity,
  type OrderDraft,
  type OrderDraftLine,
  type OrderKey,
} from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import {
  createIdleSource,
  demoConnections,
  NO_SERVICE_TIME,
  startSandbox,
  type ErpOptions,
  type ProfileName,
} from "@crossdock/sandbox";
import type { ErpSystem } from "@crossdock/source-contract";
import { budgetOf } from "@crossdock/source-http";
import {
  createBusinessCentralSystem,
  type BusinessCentralOptions,
} from "../business-central-system.ts";

/** The adapter over a running sandbox with an ERP and nothing else, for this package's tests. */
export type Tenant = {
  readonly system: ErpSystem;
  /** Another adapter to the same ERP, with options of its own. */
  connect(options: Partial<BusinessCentralOptions>): ErpSystem;
  /** Calls that the source counted since the last reset; all, or of one operation. */
  calls(operation?: string): Promise<number>;
  resetCalls(): Promise<void>;
  /** @param fault kind, operation and so on, as the sandbox's control side takes them */
  fault(fault: Readonly<Record<string, unknown>>): Promise<void>;
  clearFaults(): Promise<void>;
  /** How badly the ERP behaves from now on. */
  behave(...profiles: readonly ProfileName[]): Promise<void>;
  /** Calls that a profile of the sandbox has disturbed since it was switched on. */
  disturbed(): Promise<number>;
  documents(reference: string, type?: string): Promise<readonly Json[]>;
  /** How many sales orders carry each reference. */
  countEach(references: readonly string[]): Promise<readonly number[]>;
  /** The ERP's own side: what a clerk there would do. @param path below the company */
  clerk(method: string, path: string, body?: unknown): Promise<Json>;
  /** Adds a line to a published page, as a clerk's screen does. */
  type(page: string, line: object): Promise<void>;
  /** What a person there does with a document, e.g. posts it. */
  advance(reference: string, to: string): Promise<void>;
  stop(): Promise<void>;
};
type Json = ReturnType<typeof JSON.parse>;

const UNLIMITED = budgetOf({
  calls: 100_000,
  windowMs: 1_000,
  burst: 50_000,
  concurrent: 16,
  writes: "command",
  queued: 1_000,
  maxWaitMs: 100,
});
export const CLIENT_STATE = "the secret of the tests";

export async function startTenant(
  erp: Partial<ErpOptions> = {},
  {
    speed = 1,
    profiles = [],
  }: { readonly speed?: number; readonly profiles?: readonly ProfileName[] } = {},
): Promise<Tenant> {
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    speed,
    profiles,
    erp: { serviceTimeMs: NO_SERVICE_TIME, ...erp },
    sources: { wms: () => createIdleSource("wms"), finance: () => createIdleSource("finance") },
  });
  const connection = demoConnections(sandbox.url).erp;
  const opened: ErpSystem[] = [];
  const connect = (options: Partial<BusinessCentralOptions> = {}) => {
    const system = createBusinessCentralSystem({
      name: "erp",
      ...connection,
      clientState: CLIENT_STATE,
      logger: createLogger({ name: "test", level: "silent" }),
      budget: UNLIMITED,
      ...options,
    });
    opened.push(system);
    return system;
  };
  const control = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await fetch(`${sandbox.url}/_control/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`control ${path}: ${await answer.text()}`);
    return answer.json();
  };

  const clerk = async (method: string, url: string, body?: unknown): Promise<Json> => {
    const token = await fetch(connection.tokenUrl, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: connection.clientId,
        client_secret: connection.clientSecret,
        scope: "https://api.businesscentral.dynamics.com/.default",
      }),
    });
    const { access_token: bearer } = (await token.json()) as { access_token: string };
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        "content-type": "application/json",
        "if-match": "*",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  };

  return {
    system: connect(),
    connect,
    async calls(operation) {
      const { erp: counts } = await control("GET", "calls");
      if (operation === undefined) return counts.total;
      // A batch's name goes on with what it asked for.
      const named = Object.entries<number>(counts.byOperation).filter(
        ([name]) => name === operation || name.startsWith(`${operation} `),
      );
      return named.reduce((sum, [, count]) => sum + count, 0);
    },
    resetCalls: async () => void (await control("POST", "calls/reset")),
    fault: async (fault) => void (await control("POST", "faults", { source: "erp", ...fault })),
    behave: async (...profiles) => void (await control("PUT", "profile", { profiles })),
    async disturbed() {
      const { disturbed } = await control("GET", "profile");
      return Object.values<number>(disturbed).reduce((sum, count) => sum + count, 0);
    },
    clearFaults: async () => void (await control("DELETE", "faults")),
    documents: async (reference, type = "salesOrder") =>
      (await control("GET", `documents?source=erp&type=${type}&reference=${reference}`)).documents,
    countEach: async (references) =>
      (await control("POST", "counts", { source: "erp", type: "salesOrder", references })).counts,
    clerk: (method, path, body) =>
      clerk(method, `${connection.apiUrl}/companies(${connection.companyId})/${path}`, body),
    async type(page, line) {
      const company = encodeURIComponent(connection.companyName);
      await clerk("POST", `${connection.odataUrl}/Company('${company}')/${page}`, line);
    },
    advance: async (reference, to) =>
      void (await control("POST", "advance", { source: "erp", reference, to })),
    async stop() {
      for (const system of opened) await system.close();
      await sandbox.stop();
    },
  };
}

export function draftOf(key: OrderKey | string, changes: Partial<OrderDraft> = {}): OrderDraft {
  return {
    key: key as OrderKey,
    customerNumber: parseCustomerNumber("C10010"),
    // One of its own for each: the control side finds orders by any number they share.
    customerReference: `PO-${key}`,
    channel: "PORTAL",
    currency: parseCurrencyCode("USD"),
    placedAt: parseInstant("2026-11-21T08:00:00Z"),
    requestedDeliveryOn: null,
    shipTo: {
      name: "Lakeside Mechanical Inc.",
      lines: ["1 Mill Street", "Dock 4"],
      city: "Cleveland",
      region: "OH",
      postalCode: "44114",
      country: "US",
    },
    warehouse: parseWarehouseCode("EAST"),
    lines: [lineOf(1), lineOf(2, { sku: parseSku("NG-10002") })],
    ...changes,
  };
}

export function lineOf(lineNumber: number, changes: Partial<OrderDraftLine> = {}): OrderDraftLine {
  const three = quantity(parseDecimal("3"), parseUomCode("EA"));
  return {
    lineNumber,
    sku: parseSku("NG-10001"),
    description: "An item",
    ordered: three,
    orderedBase: three,
    unitPrice: money(parseDecimal("12.35"), parseCurrencyCode("USD")),
    priceBasis: "CONTRACT",
    ...changes,
  };
}
