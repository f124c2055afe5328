import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SandboxSource, SourceName } from "../kit/source.ts";
import { startSandbox, type RunningSandbox } from "../kit/start.ts";
import { createErpSandbox } from "./create-erp-sandbox.ts";
import { ERP_PATHS, ERP_SETUP, NO_SERVICE_TIME, type ErpOptions } from "./setup.ts";

/** Helpers of this folder's tests: a sandbox with an ERP and nothing else, and a client of it. */
export type Json = ReturnType<typeof JSON.parse>;
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Json };
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

export type Tenant = RunningSandbox & {
  /** Below the company, e.g. `salesOrders?$top=1`. */
  readonly api: Call;
  /** Below `Company('…')` of the published pages. */
  readonly pages: Call;
  /** Below the sandbox's own URL, e.g. `/erp/v2.0/…`. */
  readonly raw: Call;
};

export async function startTenant(
  options: Partial<ErpOptions> = {},
  { speed = 1, dataDir = null }: { speed?: number; dataDir?: string | null } = {},
): Promise<Tenant> {
  const sandbox = await startSandbox({
    port: 0,
    dataDir,
    speed,
    sources: {
      erp: (deps) => createErpSandbox(deps, { serviceTimeMs: NO_SERVICE_TIME, ...options }),
      wms: () => idleSource("wms"),
      finance: () => idleSource("finance"),
    },
  });
  const token = await fetchToken(sandbox.url);
  const raw: Call = (method, path, body, headers) =>
    send(`${sandbox.url}${path}`, method, body, {
      authorization: `Bearer ${String(token.body.access_token)}`,
      ...headers,
    });
  const company = `/erp${ERP_PATHS.api}/companies(${ERP_SETUP.companyId})`;
  const pages = `/erp${ERP_PATHS.odata}/Company('${encodeURIComponent(ERP_SETUP.companyName)}')`;
  return {
    ...sandbox,
    raw,
    api: (method, path, ...rest) => raw(method, `${company}/${path}`, ...rest),
    pages: (method, path, ...rest) => raw(method, `${pages}/${path}`, ...rest),
  };
}

export function fetchToken(url: string, secret: string = ERP_SETUP.clientSecret): Promise<Answer> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: ERP_SETUP.clientId,
    client_secret: secret,
    scope: "https://api.businesscentral.dynamics.com/.default",
  });
  return send(`${url}/erp${ERP_PATHS.token}`, "POST", form, {});
}

/** An order of one line that the tenant accepts. */
export function orderFor(reference: string, lines: readonly object[] = [line("NG-10001", 2)]) {
  return {
    customerNumber: "C10010",
    externalDocumentNumber: reference,
    salesOrderLines: lines,
  };
}

export function line(sku: string, quantity: number, more: object = {}): object {
  return { lineType: "Item", lineObjectNumber: sku, quantity, ...more };
}

/** A webhook receiver that shakes hands and keeps what came; `answer` gives the other statuses. */
export async function startReceiver(answer: (nth: number) => number = () => 200): Promise<{
  readonly url: string;
  readonly notifications: readonly Json[];
  waitFor(count: number): Promise<void>;
  stop(): Promise<void>;
}> {
  const notifications: Json[] = [];
  let posts = 0;
  let arrived = () => {};
  const server = createServer((request, response) => {
    const token = new URL(request.url ?? "", "http://here").searchParams.get("validationToken");
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      if (token !== null) return void response.writeHead(200).end(token);
      const status = answer((posts += 1));
      if (status === 200) notifications.push(...JSON.parse(text).value);
      response.writeHead(status).end();
      arrived();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    notifications,
    async waitFor(count) {
      while (notifications.length < count) {
        await new Promise<void>((resolve) => (arrived = resolve));
      }
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function send(
  url: string,
  method: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const isForm = body instanceof URLSearchParams;
  const answer = await fetch(url, {
    method,
    headers: { ...(isForm ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = text.startsWith("{");
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

function idleSource(name: SourceName): SandboxSource {
  return { name, register: () => {}, documents: () => [], stop: () => {} };
}
