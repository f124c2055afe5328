import { basicAuth } from "../../kit/basic-auth.ts";
import { startSandbox } from "../../kit/start.ts";
import { TAX_DEMO } from "../demo-account.ts";
import { createTaxSandbox, type TaxOptions } from "../tax-sandbox.ts";

const { accountId, licenseKey } = TAX_DEMO.account;
const ACCESS = { authorization: basicAuth(accountId, licenseKey) };

/** A sandbox with a tax engine and nothing else, and a caller. */
export async function startTax(options: Partial<TaxOptions> = {}, dataDir: string | null = null) {
  const sandbox = await startSandbox({
    port: 0,
    dataDir,
    speed: 1,
    sources: {
      tax: (deps) => createTaxSandbox(deps, { serviceMs: { least: 0, most: 0 }, ...options }),
    },
  });
  return {
    stop: () => sandbox.stop(),
    async call(method: string, path: string, body?: unknown, headers: object = ACCESS) {
      const answer = await fetch(`${sandbox.url}/tax/api/v2/${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const { status, headers: answered } = answer;
      return { status, headers: answered, body: (await answer.json()) as Body };
    },
    async documents(reference: string): Promise<number> {
      const query = `source=tax&type=transaction&reference=${reference}`;
      const answer = await fetch(`${sandbox.url}/_control/documents?${query}`);
      return ((await answer.json()) as { count: number }).count;
    },
  };
}

// Whatever JSON the vendor answers.
type Body = ReturnType<typeof JSON.parse>;

/** An invoice of ten pieces for 100.10 and freight for 12.00, delivered in Cleveland. */
export function invoiceOf(code: string, changes: object = {}) {
  return {
    type: "SalesInvoice",
    code,
    companyCode: TAX_DEMO.account.companyCode,
    date: "2026-11-20",
    customerCode: "C10550",
    currencyCode: "USD",
    commit: true,
    addresses: {
      shipTo: {
        line1: "1 Mill St",
        city: "Cleveland",
        region: "OH",
        postalCode: "44114",
        country: "US",
      },
    },
    lines: [
      { number: "1", quantity: 10, amount: 100.1, taxCode: "P0000000", itemCode: "NG-10001" },
      { number: "FREIGHT", quantity: 1, amount: 12, taxCode: "FR020100" },
    ],
    ...changes,
  };
}
