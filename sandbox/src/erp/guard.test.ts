import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequestGate } from "./limits.ts";
import { DEFAULT_ERP_OPTIONS, ERP_PATHS } from "./setup.ts";
import { fetchToken, orderFor, startTenant } from "./test-tenant.ts";
import { createTokenIssuer } from "./tokens.ts";

test("a wrong secret gets no token, and no token gets no answer", async () => {
  const erp = await startTenant();
  expect(await fetchToken(erp.url, "guess")).toMatchObject({
    status: 401,
    body: { error: "invalid_client" },
  });
  const path = `/erp${ERP_PATHS.api}/companies`;
  const refused = await erp.raw("GET", path, undefined, { authorization: "Bearer forged.1.2.3" });
  expect(refused).toMatchObject({
    status: 401,
    body: { error: { code: "Authentication_InvalidCredentials" } },
  });
  await erp.stop();
});

test("a token runs out after its hour", () => {
  let now = new Date("2026-11-21T08:00:00Z");
  const tokens = createTokenIssuer(3_600, () => now);
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "crossdock",
    client_secret: "sandbox-erp-secret",
    scope: "https://api.businesscentral.dynamics.com/.default",
  });
  const { access_token: token } = tokens.issue(form.toString()).body as { access_token: string };
  expect(tokens.verify(`Bearer ${token}`)).toBe("crossdock");
  now = new Date("2026-11-21T09:00:00Z");
  expect(tokens.verify(`Bearer ${token}`)).toBeNull();
});

test("five requests run, 95 wait, and the next is refused", async () => {
  const gate = createRequestGate(DEFAULT_ERP_OPTIONS.limits, () => 0);
  const running = await Promise.all(Array.from({ length: 5 }, () => gate.enter("us")));
  const waiting = Array.from({ length: 95 }, () => gate.enter("us"));
  await expect(gate.enter("us")).rejects.toMatchObject({ status: 429 });
  await expect(gate.enter("somebody else")).resolves.toBeInstanceOf(Function);
  running[0]?.();
  running[0]?.();
  await expect(waiting[0]).resolves.toBeInstanceOf(Function);
  await expect(Promise.race([waiting[1], Promise.resolve("waits")])).resolves.toBe("waits");
});

test("who waits too long for a place is refused, and the place goes to the next in the queue", async () => {
  const gate = createRequestGate({ ...DEFAULT_ERP_OPTIONS.limits, concurrent: 1 }, () => 0);
  const first = await gate.enter("us");
  const impatient = gate.enter("us", { waitMs: 20, refusal: () => new Error("too long") });
  const patient = gate.enter("us");
  await expect(impatient).rejects.toThrow("too long");
  first();
  await expect(patient).resolves.toBeInstanceOf(Function);
});

test("6,000 requests fit in any five minutes", async () => {
  let now = 0;
  const gate = createRequestGate(DEFAULT_ERP_OPTIONS.limits, () => now);
  for (let at = 0; at < 6_000; at += 1) {
    now = at;
    (await gate.enter("us"))();
  }
  await expect(gate.enter("us")).rejects.toMatchObject({ status: 429 });
  now = 300_000; // the first of them is five minutes old
  (await gate.enter("us"))();
  await expect(gate.enter("us")).rejects.toMatchObject({ status: 429 });
});

test("a refused call says when to come back", async () => {
  const limits = { ...DEFAULT_ERP_OPTIONS.limits, requestsPerWindow: 1 };
  const erp = await startTenant({ limits });
  await erp.api("GET", "items?$top=1");
  const refused = await erp.api("GET", "items?$top=1");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  const calls = await erp.raw("GET", "/_control/calls");
  expect(calls.body.erp).toMatchObject({ byOperation: { "GET items": 2 }, rejected: 1 });
  await erp.stop();
});

test("orders, numbers and postings survive a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "erp-sandbox-"));
  const first = await startTenant({}, { dataDir });
  const kept = (await first.api("POST", "salesOrders", orderFor("PO-KEPT"))).body;
  const posted = (await first.api("POST", "salesOrders", orderFor("PO-POSTED"))).body;
  await first.api("POST", `salesOrders(${posted.id})/Microsoft.NAV.shipAndInvoice`);
  const stock = (await first.pages("GET", "ItemCard('NG-10001')")).body.Inventory;
  await first.stop();

  const second = await startTenant({}, { dataDir });
  expect((await second.api("GET", `salesOrders(${kept.id})`)).body).toMatchObject({
    number: kept.number,
    "@odata.etag": kept["@odata.etag"],
  });
  expect((await second.api("GET", `salesOrders(${posted.id})`)).status).toBe(404);
  const invoices = await second.api("GET", `salesInvoices?$filter=orderId eq ${posted.id}`);
  expect(invoices.body.value).toHaveLength(1);
  expect((await second.pages("GET", "ItemCard('NG-10001')")).body.Inventory).toBe(stock);
  const next = (await second.api("POST", "salesOrders", orderFor("PO-NEXT"))).body;
  expect(Number(next.number.slice(3))).toBe(Number(posted.number.slice(3)) + 1);
  await second.stop();
  rmSync(dataDir, { recursive: true });
});
