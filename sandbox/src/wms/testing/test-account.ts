import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { startSandbox, type RunningSandbox } from "../../kit/start.ts";
import type { Advance } from "../../kit/source.ts";
import { createIdleSource } from "../../kit/testing/idle-source.ts";
import type { GuardOptions } from "../guard.ts";
import { CHANNEL_ID } from "../past-orders.ts";
import { createWmsSandbox, WMS_DEFAULTS, WMS_TOKEN } from "../wms-sandbox.ts";

/** Helpers of this folder's tests: a sandbox with a warehouse and nothing else, and a caller. */
export const UNLIMITED: GuardOptions = {
  ...WMS_DEFAULTS,
  requestsPerMinute: 100_000,
  serviceTimeMs: { least: 0, most: 0 },
};

/** @param speed 0 is a warehouse that moves only when it is advanced */
export function startWms(
  speed: number,
  { guard = UNLIMITED, dataDir = null }: { guard?: GuardOptions; dataDir?: string | null } = {},
): Promise<RunningSandbox> {
  return startSandbox({
    port: 0,
    dataDir,
    speed,
    sources: {
      erp: () => createIdleSource("erp"),
      wms: (deps) => createWmsSandbox(deps, guard),
      finance: () => createIdleSource("finance"),
      tax: () => createIdleSource("tax"),
      carrier: () => createIdleSource("carrier"),
    },
  });
}

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReturnType<typeof JSON.parse>;
};

/** One call with the demo account's key and channel. */
export async function call(
  { url }: RunningSandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {
    authorization: `Bearer ${WMS_TOKEN}`,
    shipbob_channel_id: String(CHANNEL_ID),
  },
): Promise<Answer> {
  const answer = await fetch(new URL(path, `${url}/wms/2026-01/`), {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === "" ? null : JSON.parse(text),
  };
}

export async function advance(
  { url }: RunningSandbox,
  reference: string,
  to: string,
  how: Advance = {},
): Promise<number> {
  const answer = await fetch(`${url}/_control/advance`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ source: "wms", reference, to, ...how }),
  });
  return answer.status;
}

export function orderFor(
  referenceId: string,
  lines: readonly { readonly sku: string; readonly quantity: number }[],
  locationId?: number,
): Record<string, unknown> {
  return {
    reference_id: referenceId,
    order_number: referenceId.split(":")[0],
    shipping_method: "Standard",
    type: "B2B",
    ...(locationId === undefined ? {} : { location_id: locationId }),
    recipient: {
      name: "Lakeside Mechanical Inc.",
      address: {
        address1: "1 Mill Street",
        city: "Cleveland",
        state: "OH",
        zip_code: "44114",
        country: "US",
      },
    },
    products: lines.map(({ sku, quantity }, at) => ({
      reference_id: sku,
      sku,
      name: sku,
      quantity,
      external_line_id: (at + 1) * 10_000,
    })),
  };
}

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** A webhook receiver that answers what `answer` says, 200 by default, and keeps what came. */
export async function startReceiver(answer: (nth: number) => number = () => 200): Promise<{
  readonly url: string;
  readonly received: readonly Received[];
  waitFor(count: number): Promise<void>;
  stop(): Promise<void>;
}> {
  const received: Received[] = [];
  let arrived = () => {};
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answer(received.length)).end();
      arrived();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    received,
    async waitFor(count) {
      while (received.length < count) await new Promise<void>((resolve) => (arrived = resolve));
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
