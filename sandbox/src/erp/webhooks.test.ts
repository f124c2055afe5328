import { ERP_PATHS, ERP_SETUP } from "./setup.ts";
import { orderFor, startReceiver, startTenant, type Json, type Tenant } from "./test-tenant.ts";

/** Fast enough for the window and the retries to be at their least. */
const SPEED = 100_000;
const COLLECTION_THRESHOLD = 20;
const subscriptions = `/erp${ERP_PATHS.api}/subscriptions`;
const company = `companies(${ERP_SETUP.companyId})`;

let erp: Tenant;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  erp = await startTenant({ collectionThreshold: COLLECTION_THRESHOLD }, { speed: SPEED });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => erp.stop());

async function receiver(answer?: (nth: number) => number) {
  const started = await startReceiver(answer);
  stops.push(started.stop);
  return started;
}

function subscribe(notificationUrl: string, set = "salesOrders") {
  const resource = `/api/v2.0/${company}/${set}`;
  return erp.raw("POST", subscriptions, { notificationUrl, resource, clientState: "secret" });
}

test("a subscriber hears of each changed record once, after the window, with its secret", async () => {
  const { url, notifications, waitFor } = await receiver();
  const { status, body: subscription } = await subscribe(url);
  expect(status).toBe(201);
  const { body: order } = await erp.api("POST", "salesOrders", orderFor("PO-HOOK"));
  const patch = { requestedDeliveryDate: "2026-12-24" };
  await erp.api("PATCH", `salesOrders(${order.id})`, patch, { "if-match": "*" });
  await waitFor(1);
  expect(notifications).toEqual([
    {
      subscriptionId: subscription.subscriptionId,
      clientState: "secret",
      expirationDateTime: subscription.expirationDateTime,
      resource: `api/v2.0/${company}/salesOrders(${order.id})`,
      changeType: "created",
      lastModifiedDateTime: expect.stringMatching(/Z$/),
    },
  ]);
});

test("a subscription lives for three days and is renewed by another handshake", async () => {
  const { url } = await receiver();
  const { body: made } = await subscribe(url, "items");
  const days =
    (Date.parse(made.expirationDateTime) - Date.parse(made.systemCreatedAt)) / 86_400_000;
  expect(days).toBeCloseTo(3, 3);
  const one = `${subscriptions}('${made.subscriptionId}')`;
  expect((await erp.raw("PATCH", one, {})).status).toBe(400);
  const renewed = await erp.raw("PATCH", one, {}, { "if-match": made["@odata.etag"] });
  expect(renewed.status).toBe(200);
  expect(renewed.body.expirationDateTime >= made.expirationDateTime).toBe(true);
});

test("nobody who fails the handshake is subscribed, and no pair twice", async () => {
  const { url, stop } = await startReceiver();
  expect((await subscribe(url, "customers")).status).toBe(201);
  expect((await subscribe(url, "customers")).status).toBe(409);
  await stop();
  expect((await subscribe(`${url}/other`, "customers")).status).toBe(400);
  expect((await subscribe(url, "salesShipments")).status).toBe(400);
});

test("a receiver that fails is tried again; one that answers oddly loses its subscription", async () => {
  const failing = await receiver((nth) => (nth <= 2 ? 503 : 200));
  const odd = await receiver(() => 404);
  await subscribe(failing.url);
  const { body: doomed } = await subscribe(odd.url);
  const { body: order } = await erp.api("POST", "salesOrders", orderFor("PO-RETRY"));
  await failing.waitFor(1);
  expect(failing.notifications[0].resource).toContain(order.id);
  const left = await erp.raw("GET", subscriptions);
  const ids = left.body.value.map(({ subscriptionId }: Json) => subscriptionId);
  expect(ids).not.toContain(doomed.subscriptionId);
});

test("many changes in one window are told as one collection", async () => {
  const { url, notifications, waitFor } = await receiver();
  await subscribe(url, "salesCreditMemos");
  const requests = Array.from({ length: COLLECTION_THRESHOLD + 1 }, (_, at) => ({
    id: String(at),
    method: "POST",
    url: `${company}/salesCreditMemos`,
    body: { customerNumber: "C10010" },
  }));
  await erp.raw("POST", `/erp${ERP_PATHS.api}/$batch`, { requests });
  await waitFor(1);
  expect(notifications).toMatchObject([{ changeType: "collection" }]);
  const [path = "", query = ""] = notifications[0].resource.split("?$filter=");
  const set = path.split("/").at(-1);
  const found = await erp.api("GET", `${set}?$count=true&$top=1&$filter=${query}`);
  expect(found.body["@odata.count"]).toBe(requests.length);
});

test("what a failed batch took back is told to nobody", async () => {
  const { url, notifications, waitFor } = await receiver();
  await subscribe(url);
  const part = (id: string, body: object) => ({
    id,
    method: "POST",
    url: `${company}/salesOrders`,
    body,
  });
  const refused = { ...orderFor("PO-UNDONE"), customerNumber: "C0" };
  const requests = [part("1", orderFor("PO-UNDONE")), part("2", refused)];
  await erp.raw("POST", `/erp${ERP_PATHS.api}/$batch`, { requests }, { isolation: "snapshot" });
  const { body: order } = await erp.api("POST", "salesOrders", orderFor("PO-KEPT"));
  await waitFor(1);
  expect(notifications.map(({ resource }) => resource)).toEqual([
    `api/v2.0/${company}/salesOrders(${order.id})`,
  ]);
});
