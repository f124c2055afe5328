import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseLocalDate,
  parseSku,
} from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import {
  createIdleSource,
  demoConnections,
  startSandbox,
  type TaxOptions,
} from "@crossdock/sandbox";
import type { TaxDraft } from "@crossdock/source-contract";
import { budgetOf } from "@crossdock/source-http";
import { createAvataxSystem } from "../avatax-system.ts";

const USD = parseCurrencyCode("USD");
const GENEROUS = budgetOf({
  calls: 100_000,
  burst: 50_000,
  writes: "posting",
  windowMs: 1_000,
  concurrent: 8,
  queued: 1_000,
  maxWaitMs: 1_000,
});

/** The sandbox's tax engine and an adapter that talks to it, without limits unless asked for. */
export async function openTaxOffice(options: Partial<TaxOptions> = {}) {
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    speed: 1,
    tax: { requestsPerMinute: 100_000, serviceMs: { least: 0, most: 0 }, ...options },
    sources: {
      erp: () => createIdleSource("erp"),
      wms: () => createIdleSource("wms"),
      finance: () => createIdleSource("finance"),
    },
  });
  const { apiUrl, ...account } = demoConnections(sandbox.url).tax;
  const system = createAvataxSystem({
    name: "tax",
    apiUrl,
    account,
    logger: createLogger({ name: "test", level: "silent" }),
    budget: GENEROUS,
  });
  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${sandbox.url}/_control/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    system,
    apiUrl,
    account,
    async count(documentNumber: string): Promise<number> {
      const query = `documents?source=tax&type=transaction&reference=${documentNumber}`;
      return (await control("GET", query))["count"] as number;
    },
    fault: (fault: object) => control("POST", "faults", { source: "tax", ...fault }),
    clearFaults: () => control("DELETE", "faults"),
    async close() {
      await system.close();
      await sandbox.stop();
    },
  };
}

/** Two lines and freight to a plant in Cleveland, which is taxed. */
export function taxDraftOf(documentNumber: string, changes: Partial<TaxDraft> = {}): TaxDraft {
  const usd = (amount: string) => ({ amount: parseDecimal(amount), currency: USD });
  return {
    documentNumber,
    customerNumber: parseCustomerNumber("C10550"),
    currency: USD,
    date: parseLocalDate("2026-11-20"),
    shipFrom: {
      name: "Newark Distribution Center",
      lines: ["400 Port Street"],
      city: "Newark",
      region: "NJ",
      postalCode: "07114",
      country: "US",
    },
    shipTo: {
      name: "Lakeside",
      lines: ["1 Mill Street", "Dock 4"],
      city: "Cleveland",
      region: "OH",
      postalCode: "44114",
      country: "US",
    },
    lines: [
      {
        lineNumber: 1,
        sku: parseSku("NG-10001"),
        description: "Hex Bolt",
        quantity: parseDecimal("2.5"),
        amount: usd("249.98"),
      },
      {
        lineNumber: 7,
        sku: null,
        description: "Cutting to length",
        quantity: parseDecimal("1"),
        amount: usd("12.35"),
      },
    ],
    freight: usd("18.20"),
    ...changes,
  };
}
