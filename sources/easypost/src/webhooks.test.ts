import { createHmac } from "node:crypto";
import { createWebhookReceiver } from "./webhook-receiver.ts";
import type { EasypostClient } from "./easypost-client.ts";

const SECRET = "s\u00e9cret";
const calls: unknown[] = [];
let known: readonly { readonly url: string; readonly disabled_at: string | null }[] = [];
const client = {
  get: () => Promise.resolve({ webhooks: known.map((one) => ({ id: "hook_1", ...one })) }),
  post: ({ body }: { readonly body: unknown }) => {
    calls.push(body);
    return Promise.resolve({ id: "hook_2" });
  },
} as unknown as EasypostClient;
const receiver = createWebhookReceiver(client, SECRET);
const body = JSON.stringify({
  id: "evt_1",
  description: "tracker.updated",
  result: { tracking_code: "T1", updated_at: "2026-11-21T08:00:00Z" },
});
const send = (raw: string, key = SECRET.normalize("NFKD")) => {
  const mac = createHmac("sha256", key).update(raw).digest("hex");
  const headers = { "x-hmac-signature": `hmac-sha256-hex=${mac}` };
  return receiver.receive({ headers, query: {}, rawBody: Buffer.from(raw) });
};

test("a tracker's event names its parcel, and is known again by its id", () => {
  expect(send(body)).toEqual({
    status: 200,
    body: "",
    hints: [
      {
        noun: "parcel",
        sourceId: "T1",
        occurredAt: "2026-11-21T08:00:00.000Z",
        deliveryId: "evt_1",
      },
    ],
    refusal: null,
  });
});

test("what is not signed with our secret is not believed", () => {
  const refused = { status: 401, hints: [], refusal: "bad-signature" };
  expect(send(body, "another")).toMatchObject(refused);
  const unsigned = receiver.receive({ headers: {}, query: {}, rawBody: Buffer.from(body) });
  expect(unsigned).toMatchObject(refused);
  expect(() => createWebhookReceiver(client, "")).toThrow("empty");
});

test("what cannot be read, or is not of a tracker, asks for nothing", () => {
  expect(send("{")).toMatchObject({ status: 200, hints: [], refusal: "malformed" });
  const other = JSON.stringify({ ...JSON.parse(body), description: "batch.created" });
  expect(send(other)).toMatchObject({ status: 200, hints: [], refusal: null });
});

test("it is registered once, and again where the vendor has switched it off", async () => {
  const { signal } = new AbortController();
  const url = "https://api.example.com/webhooks/carrier";
  const webhook = { url, webhook_secret: SECRET };
  await receiver.ensureRegistered(url, signal);
  expect(calls).toEqual([{ webhook }]);
  known = [{ url, disabled_at: null }];
  await receiver.ensureRegistered(url, signal);
  expect(calls).toHaveLength(1);
  known = [{ url, disabled_at: "2026-11-21T08:00:00Z" }];
  await receiver.ensureRegistered(url, signal);
  expect(calls).toHaveLength(2);
});
