import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFixedClock } from "@crossdock/runtime";
import type { WebhookAnswer, WebhookRequest } from "@crossdock/source-contract";
import { Webhook } from "standardwebhooks";
import { createReceive } from "./webhook-receiver.ts";
import { releaseOf, startWarehouse, WEBHOOK_SECRET, type Warehouse } from "./testing/warehouse.ts";

const AT = "2026-11-21T08:00:00Z";
const signal = () => AbortSignal.timeout(5_000);
const body = JSON.stringify({
  id: 7,
  order_id: 3,
  last_update_at: "2026-11-21T07:59:00Z",
  status: "Completed",
});

function signed(
  overrides: Readonly<Record<string, string>> = {},
  { secret = WEBHOOK_SECRET, at = AT, raw = body } = {},
): WebhookRequest {
  const headers = {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Date.parse(at) / 1_000),
    "webhook-signature": new Webhook(secret).sign("msg_1", new Date(at), raw),
    "x-webhook-topic": "order.shipment.delivered",
    ...overrides,
  };
  return { headers, query: {}, rawBody: Buffer.from(raw) };
}

describe("a notification", () => {
  const clock = createFixedClock(AT);
  const receive = createReceive(WEBHOOK_SECRET, clock);

  test("names the shipment to read again and the delivery to dedupe by", () => {
    expect(receive(signed())).toEqual({
      status: 200,
      body: "",
      refusal: null,
      hints: [
        {
          noun: "shipment",
          sourceId: "3-7",
          occurredAt: "2026-11-21T07:59:00.000Z",
          deliveryId: "msg_1",
        },
      ],
    });
  });

  test("of an order names each of its shipments", () => {
    const raw = JSON.stringify({
      id: 3,
      shipments: [
        { id: 7, order_id: 3 },
        { id: 8, order_id: 3 },
      ],
    });
    const answer = receive(signed({ "x-webhook-topic": "order.shipped" }, { raw }));
    expect(answer.hints.map(({ sourceId }) => sourceId)).toEqual(["3-7", "3-8"]);
  });

  test.each<[string, WebhookRequest]>([
    [
      "signed with another secret",
      signed({}, { secret: `whsec_${Buffer.from("other").toString("base64")}` }),
    ],
    ["whose body was changed", { ...signed(), rawBody: Buffer.from(body.replace("7", "8")) }],
    ["whose id was changed", signed({ "webhook-id": "msg_2" })],
    ["without a signature", signed({ "webhook-signature": "" })],
    ["signed in an older scheme", signed({ "webhook-signature": "v0,AAAA" })],
  ])("%s is refused", (_name, request) => {
    expect(receive(request)).toMatchObject({ status: 401, hints: [], refusal: "bad-signature" });
  });

  test.each(["2026-11-21T07:54:59Z", "2026-11-21T08:05:01Z"])("signed at %s is stale", (at) => {
    expect(receive(signed({}, { at }))).toMatchObject({ status: 401, refusal: "stale" });
  });

  test("is taken while a second signature is there for a change of secrets", () => {
    const good = new Webhook(WEBHOOK_SECRET).sign("msg_1", new Date(AT), body);
    expect(receive(signed({ "webhook-signature": `v1,AAAA ${good}` })).refusal).toBeNull();
  });

  test("of another topic is acknowledged and tells nothing", () => {
    expect(receive(signed({ "x-webhook-topic": "billing.charge.created" }))).toMatchObject({
      status: 200,
      hints: [],
    });
  });

  test("of a box that comes back names what stands on it, or asks for a sweep where it cannot be read", () => {
    const topic = { "x-webhook-topic": "return.completed" };
    const raw = '{"id":500001,"reference_id":"RMA-0000042-1"}';
    expect(receive(signed(topic, { raw })).hints).toEqual([
      { noun: "return", sourceId: "RMA-0000042-1", occurredAt: null, deliveryId: "msg_1" },
    ]);
    expect(receive(signed(topic, { raw: "{" })).hints).toEqual([
      { noun: "return", sourceId: null, occurredAt: null, deliveryId: "msg_1" },
    ]);
  });

  test("that is no shipment is acknowledged, counted as malformed, and asks for a sweep", () => {
    for (const raw of ["{", "[]", '{"id":"x"}']) {
      expect(receive(signed({}, { raw }))).toMatchObject({
        status: 200,
        refusal: "malformed",
        hints: [{ noun: "shipment", sourceId: null, deliveryId: "msg_1" }],
      });
    }
  });

  test("cannot be verified with an empty secret", () => {
    expect(() => createReceive("whsec_", clock)).toThrow("empty");
  });
});

describe("over the sandbox", () => {
  let warehouse: Warehouse;
  beforeEach(async () => {
    warehouse = await startWarehouse();
  });
  afterEach(() => warehouse.stop());

  test("registering twice subscribes once; a subscription with an old secret is replaced", async () => {
    const url = "http://127.0.0.1:9/hook";
    const { webhooks } = warehouse.system;
    expect(await webhooks.ensureRegistered(url, signal())).toBeNull();
    await webhooks.ensureRegistered(url, signal());
    expect(await warehouse.calls("POST webhook")).toBe(1);

    const authorization = "Bearer sandbox-wms-token";
    const list = async () => {
      const answer = await fetch(`${warehouse.url}/wms/2026-01/webhook`, {
        headers: { authorization },
      });
      return ((await answer.json()) as { items: { id: string; description: string }[] }).items;
    };
    const [registered] = await list();
    await fetch(`${warehouse.url}/wms/2026-01/webhook`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({
        url,
        topics: ["order.shipped"],
        description: "Crossdock of last year",
      }),
    });
    await webhooks.ensureRegistered(url, signal());
    expect((await list()).map(({ id }) => id)).toEqual([registered?.id]);
  });

  test("notifications sent twice and out of order still name the shipment as it now is", async () => {
    const receiver = await startReceiver(warehouse);
    await warehouse.system.webhooks.ensureRegistered(receiver.url, signal());
    await warehouse.fault({ kind: "duplicate", operation: "order.shipped" });
    await warehouse.fault({ kind: "reorder", operation: "order.shipped" });
    await warehouse.system.shipments.createRelease(releaseOf("SO-9500001"), signal());
    await warehouse.advance("SO-9500001", "delivered");
    const answers = await receiver.first(3);
    expect(answers.map(({ refusal }) => refusal)).toEqual([null, null, null]);
    const hints = answers.flatMap((answer) => answer.hints);
    expect(new Set(hints.map(({ sourceId }) => sourceId)).size).toBe(1);
    expect(new Set(hints.map(({ deliveryId }) => deliveryId)).size).toBe(2);
    const shipments = await warehouse.system.shipments.readShipments(
      [hints[0]?.sourceId as never],
      signal(),
    );
    expect(shipments[0]?.status).toBe("DELIVERED");
    await receiver.stop();
  });
});

async function startReceiver({ system }: Warehouse) {
  const answers: WebhookAnswer[] = [];
  let told = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (part: Buffer) => chunks.push(part));
    request.on("end", () => {
      const answer = system.webhooks.receive({
        headers: request.headers,
        query: {},
        rawBody: Buffer.concat(chunks),
      });
      answers.push(answer);
      response.writeHead(answer.status).end(answer.body);
      told();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    async first(count: number): Promise<readonly WebhookAnswer[]> {
      while (answers.length < count) await new Promise<void>((resolve) => (told = resolve));
      return answers;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
