import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseCustomerNumber, parseOrderNumber } from "@crossdock/domain";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import {
  SourceAccessError,
  SourceRateLimitedError,
  SourceUnavailableError,
} from "@crossdock/source-contract";
import { createBusinessCentralSystem } from "./business-central-system.ts";
import { startTenant, type Tenant } from "./testing/tenant.ts";

const signal = () => AbortSignal.timeout(10_000);
const someOrders = [parseOrderNumber("SO-0000001")];

/** Fast enough for notifications to come at once. */
const SPEED = 100_000;
let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant({}, { speed: SPEED });
});
afterEach(() => tenant.clearFaults());
afterAll(() => tenant.stop());

/** An adapter of the test's own, past its first calls; the counters start after them. */
async function connected(options: Parameters<Tenant["connect"]>[0] = {}) {
  const system = tenant.connect(options);
  await system.orders.readOrders(someOrders, signal());
  await tenant.resetCalls();
  return system;
}

test("one token serves many calls at once", async () => {
  await tenant.resetCalls();
  const system = tenant.connect({});
  await Promise.all(
    Array.from({ length: 10 }, () => system.orders.readOrders(someOrders, signal())),
  );
  expect(await tenant.calls("POST token")).toBe(1);
});

const refusedTokens: [string, readonly string[], null[] | typeof SourceAccessError][] = [
  ["renewed once, and the call sent again", ["token-2"], [null]],
  ["given up when the new one is refused too", [], SourceAccessError],
];
test.each(refusedTokens)("a token that the ERP refuses is %s", async (_what, accepted, outcome) => {
  const tokens: string[] = [];
  const { url, stop } = await listen((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url === "/token") {
      tokens.push(`token-${String(tokens.length + 1)}`);
      return answer(200, { access_token: tokens.at(-1), expires_in: 3_600 });
    }
    const bearer = request.headers.authorization?.replace("Bearer ", "") ?? "";
    if (!accepted.includes(bearer)) return answer(401, { error: { code: "x", message: "x" } });
    const isCompanies = request.url === "/api/companies";
    return answer(200, { value: isCompanies ? [{ id: "c1", name: "Only One" }] : [] });
  });
  const system = createBusinessCentralSystem({
    name: "erp",
    tokenUrl: `${url}/token`,
    apiUrl: `${url}/api`,
    odataUrl: `${url}/pages`,
    clientId: "us",
    clientSecret: "secret",
    clientState: "state",
    logger: createLogger({ name: "test", level: "silent" }),
  });
  const reading = system.customers.readCustomers([parseCustomerNumber("C1")], signal());
  if (Array.isArray(outcome)) await expect(reading).resolves.toEqual(outcome);
  else await expect(reading).rejects.toBeInstanceOf(outcome);
  expect(tokens).toEqual(["token-1", "token-2"]);
  await system.close();
  await stop();
});

test("a wrong secret is trouble until a person has put it right, and nothing is done meanwhile", async () => {
  const stranger = tenant.connect({ clientSecret: "guess" });
  await expect(stranger.orders.readOrders(someOrders, signal())).rejects.toMatchObject({
    name: "SourceAccessError",
    errorClass: "TECHNICAL",
    isUnsent: true,
    retry: "later",
    lastAnswer: { status: 401 },
  });
});

test("a 429 makes all calls wait as long as the source says", async () => {
  const system = await connected();
  await tenant.fault({ kind: "rateLimit", operation: "GET salesOrders", forMs: 60_000 });
  const refused = system.orders.readOrders(someOrders, signal());
  await expect(refused).rejects.toMatchObject({ retryAfterMs: 1_000 });
  await tenant.clearFaults();
  // The tests' budget waits for 100 ms at most: the next call is refused without being sent.
  const held = system.orders.readOrders(someOrders, signal());
  await expect(held).rejects.toBeInstanceOf(SourceRateLimitedError);
  expect(await tenant.calls("GET salesOrders")).toBe(1);
});

test("a read is tried three times before the source counts as unavailable", async () => {
  const system = await connected();
  await tenant.fault({ kind: "error", operation: "GET salesOrders", forMs: 60_000 });
  await expect(system.orders.readOrders(someOrders, signal())).rejects.toBeInstanceOf(
    SourceUnavailableError,
  );
  expect(await tenant.calls("GET salesOrders")).toBe(3);
  await tenant.clearFaults();
  await expect(system.orders.readOrders(someOrders, signal())).resolves.toHaveLength(1);
});

test("notifications are told by the ERP itself, verified and turned into hints", async () => {
  const { webhooks } = tenant.system;
  await tenant.resetCalls();
  const answers: ReturnType<typeof webhooks.receive>[] = [];
  let arrived = () => {};
  const receiver = await listen((request, response, rawBody) => {
    const { searchParams } = new URL(request.url ?? "", "http://here");
    const query = Object.fromEntries(searchParams);
    const answer = webhooks.receive({ headers: request.headers, query, rawBody });
    response.writeHead(answer.status).end(answer.body);
    if (answer.hints.length === 0) return;
    answers.push(answer);
    arrived();
  });
  const url = `${receiver.url}/webhooks/erp`;

  const first = await webhooks.ensureRegistered(url, signal());
  const again = await webhooks.ensureRegistered(url, signal());
  expect(await tenant.calls("POST subscriptions")).toBe(3);
  expect(await tenant.calls("PATCH subscriptions")).toBe(3);
  expect(again !== null && first !== null && again >= first).toBe(true);

  const { id } = await tenant.clerk("POST", "salesOrders", {
    customerNumber: "C10010",
    salesOrderLines: [{ lineType: "Item", lineObjectNumber: "NG-10001", quantity: 1 }],
  });
  while (answers.length < 1) await new Promise<void>((resolve) => (arrived = resolve));
  expect(answers).toMatchObject([
    { status: 200, refusal: null, hints: [{ noun: "order", sourceId: id }] },
  ]);
  await receiver.stop();
});

test("units and warehouses are read once in six hours", async () => {
  const clock = createFixedClock("2026-11-21T08:00:00Z");
  const system = await connected({ clock });
  await system.orders.readOrders(someOrders, signal());
  expect(await tenant.calls()).toBe(1);
  clock.advance(7 * 3_600_000);
  await system.orders.readOrders(someOrders, signal());
  expect(await tenant.calls("POST $batch")).toBe(1); // units and locations, after six hours
});

/** A server of this test's own, on a free port. */
async function listen(
  handle: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => handle(request, response, Buffer.concat(parts)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
