import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import {
  advance,
  call,
  orderFor,
  startReceiver,
  startWms,
  UNLIMITED,
} from "./testing/test-account.ts";

test("a call without the token is refused before anything else", async () => {
  const wms = await startWms(0);
  expect((await call(wms, "GET", "location", undefined, {})).status).toBe(401);
  expect(
    (await call(wms, "GET", "location", undefined, { authorization: "Bearer x" })).status,
  ).toBe(401);
  await wms.stop();
});

test("the limit counts down in a header and ends in a 429 that says how long to wait", async () => {
  const wms = await startWms(0, { guard: { ...UNLIMITED, requestsPerMinute: 3 } });
  const answers = [];
  for (let nth = 0; nth < 4; nth += 1) answers.push(await call(wms, "GET", "location"));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get("x-remaining-calls"))).toEqual([
    "2",
    "1",
    "0",
    "0",
  ]);
  const waitSeconds = Number(answers[3]?.headers.get("x-retry-after"));
  expect(waitSeconds).toBeGreaterThan(0);
  expect(waitSeconds).toBeLessThanOrEqual(60);
  expect(answers[3]?.body).toMatchObject({ statusCode: 429 });
  await wms.stop();
});

test("a notification is signed, told to its topic's subscribers only, and retried under its id", async () => {
  const wms = await startWms(1_000_000);
  const receiver = await startReceiver((nth) => (nth === 1 ? 503 : 200));
  const secret = `whsec_${Buffer.from("a secret of the test").toString("base64")}`;
  await call(wms, "POST", "webhook", { url: receiver.url, topics: ["order.shipped"], secret });
  await call(wms, "POST", "order", orderFor("G-1:1", [{ sku: "NG-10001", quantity: 1 }]));
  await advance(wms, "G-1", "delivered");
  await receiver.waitFor(2);
  const [first, second] = receiver.received.map(({ headers }) => headers as Record<string, string>);
  expect(first?.["x-webhook-topic"]).toBe("order.shipped");
  expect(second?.["webhook-id"]).toBe(first?.["webhook-id"]);
  const raw = receiver.received[1]?.body ?? "";
  expect(new Webhook(secret).verify(raw, second ?? {})).toMatchObject({ reference_id: "G-1:1" });
  expect(() => new Webhook(secret).verify(`${raw} `, second ?? {})).toThrow();
  await wms.stop();
  await receiver.stop();
});

test("a notification that nobody took before a restart is sent after it", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "wms-"));
  const wms = await startWms(0, { dataDir });
  const receiver = await startReceiver((nth) => (nth === 1 ? 503 : 200));
  await call(wms, "POST", "webhook", { url: receiver.url, topics: ["order.shipped"] });
  await call(wms, "POST", "order", orderFor("G-2:1", [{ sku: "NG-10001", quantity: 1 }]));
  await advance(wms, "G-2", "shipped");
  await receiver.waitFor(1);
  await wms.stop();
  const again = await startWms(0, { dataDir });
  await receiver.waitFor(2);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  await again.stop();
  await receiver.stop();
  await rm(dataDir, { recursive: true });
});

test("a subscription is listed without its secret and gone after its deletion", async () => {
  const wms = await startWms(0);
  const made = await call(wms, "POST", "webhook", {
    url: "https://example.test/h",
    topics: ["order.shipped"],
  });
  expect(made.body.secret).toMatch(/^whsec_/);
  const listed = await call(wms, "GET", "webhook");
  expect(listed.body.items).toHaveLength(1);
  expect(listed.body.items[0]).not.toHaveProperty("secret");
  expect((await call(wms, "DELETE", `webhook/${String(made.body.id)}`)).status).toBe(204);
  expect((await call(wms, "GET", "webhook")).body.items).toEqual([]);
  expect(
    (await call(wms, "POST", "webhook", { url: "ftp://x", topics: ["order.lost"] })).status,
  ).toBe(400);
  await wms.stop();
});
