import { createLogger, type Clock } from "@crossdock/runtime";
import {
  createIdleSource,
  demoConnections,
  FINANCE_DEMO,
  startSandbox,
  type FinanceOptions,
} from "@crossdock/sandbox";
import { budgetOf } from "@crossdock/source-http";
import { createXeroSystem, type XeroOptions } from "../xero-system.ts";

const PATIENT: FinanceOptions = {
  serviceMs: { least: 0, most: 0 },
  limits: { perMinute: 100_000, perDay: 100_000, concurrent: 1_000 },
};
export const GENEROUS = budgetOf({
  calls: 100_000,
  burst: 100_000 / 2,
  writes: "posting",
  windowMs: 1_000,
  concurrent: 5,
  queued: 1_000,
  maxWaitMs: 1_000,
});

/** The sandbox's books and an adapter that talks to them, without limits unless asked for. */
export async function openBooks(finance: FinanceOptions = PATIENT, clock?: Clock) {
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    speed: 10_000,
    finance,
    sources: { erp: () => createIdleSource("erp"), wms: () => createIdleSource("wms") },
  });
  const { apiUrl, tokenUrl, tenantId, clientId, clientSecret, webhookKey } = demoConnections(
    sandbox.url,
  ).finance;
  const options: XeroOptions = {
    name: "finance",
    apiUrl,
    tokenUrl,
    credentials: { tenantId, clientId, clientSecret },
    webhookKey,
    booking: {
      salesAccountCode: FINANCE_DEMO.salesAccountCode,
      freightAccountCode: "260",
      taxType: "NONE",
      taxedType: "OUTPUT",
    },
    paymentAccountCode: FINANCE_DEMO.bankAccountCode,
    logger: createLogger({ name: "test", level: "silent" }),
    budget: GENEROUS,
    ...(clock === undefined ? {} : { clock }),
  };
  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${sandbox.url}/_control/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const system = createXeroSystem(options);
  return {
    system,
    options,
    control,
    /** Calls below the API, without those for tokens. */
    async calls(): Promise<number> {
      const { finance: counts } = (await control("GET", "calls")) as {
        finance: { total: number; byOperation: Record<string, number> };
      };
      return counts.total - (counts.byOperation["POST token"] ?? 0);
    },
    /** Invoices in the books, of one order or number or all. */
    async count(reference?: string): Promise<number> {
      const all = "source=finance&type=invoice";
      const query = reference === undefined ? all : `${all}&reference=${reference}`;
      return (await control("GET", `documents?${query}`))["count"] as number;
    },
    fault: (fault: object) => control("POST", "faults", { source: "finance", ...fault }),
    clearFaults: () => control("DELETE", "faults"),
    /** A call of somebody else in the same organisation: a clerk, another app. */
    async book(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
      const login = await fetch(tokenUrl, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: clientId,
          client_secret: clientSecret,
        }),
      });
      const { access_token: token } = (await login.json()) as { access_token: string };
      const answer = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "xero-tenant-id": tenantId,
          "content-type": "application/json",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as Record<string, unknown>;
    },
    async close() {
      await system.close();
      await sandbox.stop();
    },
  };
}

export type OpenBooks = Awaited<ReturnType<typeof openBooks>>;
