import { createLogger, createMetrics } from "@crossdock/runtime";
import type { WebhookAnswer, WebhookHint, WebhookReceiver } from "@crossdock/source-contract";
import { createWebhookIntake } from "./webhook-intake.ts";

const hintOf = (sourceId: string | null, deliveryId: string): WebhookHint => ({
  noun: "shipment",
  sourceId,
  occurredAt: null,
  deliveryId,
});
const accept = (...hints: WebhookHint[]): WebhookAnswer => ({
  status: 200,
  body: "",
  hints,
  refusal: null,
});

/** A source that answers what its requests say. */
function intake() {
  const registry = createMetrics();
  const hinted: (string | null)[] = [];
  const receiver: WebhookReceiver = {
    receive: ({ rawBody }) => JSON.parse(rawBody.toString()) as WebhookAnswer,
    ensureRegistered: () => Promise.resolve(null),
  };
  const { receive } = createWebhookIntake({
    receivers: new Map([["wms", receiver]]),
    onHint: ({ sourceId }) => hinted.push(sourceId),
    logger: createLogger({ name: "test", level: "silent" }),
    metrics: registry,
  });
  return {
    hinted,
    tell: (answer: WebhookAnswer, source = "wms") =>
      receive(source, { headers: {}, query: {}, rawBody: Buffer.from(JSON.stringify(answer)) }),
    async counted() {
      const counter = await registry.getSingleMetric("crossdock_webhooks_received_total")?.get();
      return Object.fromEntries(
        (counter?.values ?? []).map(({ labels, value }) => [String(labels["outcome"]), value]),
      );
    },
  };
}

test("a delivery is passed on once, answered as often as it comes, and each time counted", async () => {
  const { tell, hinted, counted } = intake();
  const delivery = accept(hintOf("3-7", "msg_1"), hintOf("3-8", "msg_1"));
  expect([tell(delivery)?.status, tell(delivery)?.status]).toEqual([200, 200]);
  tell(accept(hintOf("3-7", "msg_2")));
  expect(hinted).toEqual(["3-7", "3-8", "3-7"]);
  expect(await counted()).toEqual({ accepted: 2, duplicate: 1 });
});

test("a handshake tells nothing, and what is refused tells only what is genuine of it", async () => {
  const { tell, hinted, counted } = intake();
  tell(accept());
  tell({ status: 401, body: "", hints: [], refusal: "bad-signature" });
  tell({ ...accept(hintOf(null, "msg_1")), refusal: "malformed" });
  expect(hinted).toEqual([null]);
  expect(await counted()).toEqual({ ignored: 1, "bad-signature": 1, malformed: 1 });
});

test("a source that is not ours has no receiver", () => {
  expect(intake().tell(accept(), "elsewhere")).toBeNull();
});
