import { startSandbox } from "../../kit/start.ts";
import { createIdleSource } from "../../kit/testing/idle-source.ts";
import { FINANCE_DEMO } from "../demo-tenant.ts";
import { createFinanceSandbox, type FinanceOptions } from "../finance-sandbox.ts";

export const NO_WAIT: FinanceOptions = {
  serviceMs: { least: 0, most: 0 },
  limits: { perMinute: 100_000, perDay: 100_000, concurrent: 1_000 },
};

type Call = {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Finance alone, on a free port, with a client that is logged in. */
export async function startFinance(
  options: FinanceOptions = NO_WAIT,
  dataDir: string | null = null,
) {
  const sandbox = await startSandbox({
    port: 0,
    dataDir,
    speed: 10_000,
    sources: {
      erp: () => createIdleSource("erp"),
      wms: () => createIdleSource("wms"),
      finance: (deps) => createFinanceSandbox(deps, options),
    },
  });
  const base = `${sandbox.url}/finance`;
  const token = await requestToken(base, FINANCE_DEMO.clientSecret);
  const { access_token: accessToken } = (await token.json()) as { access_token: string };
  const send = (path: string, { method = "GET", body, headers = {} }: Call = {}) =>
    fetch(`${base}${FINANCE_DEMO.apiPath}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        "xero-tenant-id": FINANCE_DEMO.tenantId,
        "content-type": "application/json",
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    url: sandbox.url,
    base,
    send,
    /** The body of the answer, typed by the caller who knows the resource. */
    async json<T = Answer>(path: string, call?: Call): Promise<T> {
      return (await (await send(path, call)).json()) as T;
    },
    stop: () => sandbox.stop(),
  };
}

export type Finance = Awaited<ReturnType<typeof startFinance>>;
type Row = Readonly<Record<string, unknown>>;
export type Answer = {
  readonly Invoices: readonly (Row & {
    readonly InvoiceID: string;
    readonly InvoiceNumber: string;
    readonly Contact: { readonly ContactID: string };
    readonly LineItems: readonly Row[];
  })[];
  readonly Contacts: readonly (Row & { readonly ContactID: string })[];
  readonly Payments: readonly (Row & { readonly PaymentID: string })[];
  readonly CreditNotes: readonly (Row & { readonly CreditNoteID: string })[];
  readonly Items: readonly Row[];
  readonly Elements: readonly { readonly ValidationErrors: readonly { Message: string }[] }[];
  readonly pagination: Row;
};

export function requestToken(base: string, secret: string): Promise<Response> {
  return fetch(`${base}${FINANCE_DEMO.tokenPath}`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${FINANCE_DEMO.clientId}:${secret}`).toString("base64")}`,
    },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
}
