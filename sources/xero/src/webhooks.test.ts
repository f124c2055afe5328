import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebhookAnswer, WebhookHint } from "@crossdock/source-contract";
import { FINANCE_DEMO } from "@crossdock/sandbox";
import { openBooks } from "./testing/books.ts";
import { draftOf } from "./testing/drafts.ts";
import { createWebhookReceiver } from "./webhook-receiver.ts";

const KEY: string = FINANCE_DEMO.webhookKey;
const receiver = createWebhookReceiver(KEY, FINANCE_DEMO.tenantId);

const event = (changes: Record<string, unknown> = {}) => ({
  resourceUrl: "https://finance.example/Invoices/1",
  resourceId: "55d84274-a3da-4829-a7c0-0cab601b95cc",
  tenantId: FINANCE_DEMO.tenantId,
  tenantType: "ORGANISATION",
  eventCategory: "INVOICE",
  eventType: "UPDATE",
  eventDateUtc: "2026-11-21T08:00:00.123",
  ...changes,
});
const bodyOf = (events: readonly unknown[], firstEventSequence = 7) =>
  JSON.stringify({ events, firstEventSequence, lastEventSequence: 9, entropy: "X" });
const receive = (body: string, key = KEY): WebhookAnswer =>
  receiver.receive({
    headers: { "x-xero-signature": createHmac("sha256", key).update(body).digest("base64") },
    query: {},
    rawBody: Buffer.from(body),
  });

test("an event names the record to read again, when it changed, and its delivery", () => {
  const { status, hints } = receive(bodyOf([event(), event({ eventCategory: "CONTACT" })]));
  expect(status).toBe(200);
  expect(hints).toMatchObject([
    { noun: "invoice", sourceId: event().resourceId, occurredAt: "2026-11-21T08:00:00.123Z" },
    { noun: "customer" },
  ]);
  expect(hints[0]?.deliveryId).not.toBe(hints[1]?.deliveryId);
});

test("a repeat has the same delivery id, also when it is bundled otherwise", () => {
  const ids = (answer: WebhookAnswer) => answer.hints.map(({ deliveryId }) => deliveryId);
  const [, second] = ids(receive(bodyOf([event(), event()], 7)));
  expect(ids(receive(bodyOf([event()], 8)))).toEqual([second]);
});

test("a wrong, missing or mangled signature is 401 and tells nothing", () => {
  const body = bodyOf([event()]);
  const answers = [
    receive(body, "another key"),
    receiver.receive({ headers: {}, query: {}, rawBody: Buffer.from(body) }),
    receiver.receive({
      headers: { "x-xero-signature": "%%%" },
      query: {},
      rawBody: Buffer.from(body),
    }),
    receiver.receive({
      headers: { "x-xero-signature": createHmac("sha256", KEY).update(body).digest("base64") },
      query: {},
      rawBody: Buffer.from(`${body} `),
    }),
  ];
  expect(answers).toEqual(
    answers.map(() => ({ status: 401, body: "", hints: [], refusal: "bad-signature" })),
  );
});

test("a signed body that is none of the vendor's is acknowledged and asks for a sweep, a probe is fine", () => {
  expect(receive("{")).toMatchObject({
    status: 200,
    refusal: "malformed",
    hints: [{ noun: "invoice", sourceId: null }],
  });
  expect(receive(bodyOf([], 0))).toEqual({ status: 200, body: "", hints: [], refusal: null });
});

test("other organisations and categories are accepted and ignored", () => {
  const others = [event({ tenantId: "other" }), event({ eventCategory: "SUBSCRIPTION" })];
  expect(receive(bodyOf(others))).toMatchObject({ status: 200, hints: [] });
});

test("the receiver passes the vendor's intent to receive and hears of a new invoice", async () => {
  const hints: WebhookHint[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const rawBody = Buffer.concat(chunks);
      const answer = receiver.receive({ headers: request.headers, query: {}, rawBody });
      hints.push(...answer.hints);
      response.writeHead(answer.status).end(answer.body);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const books = await openBooks({
    serviceMs: { least: 0, most: 0 },
    webhook: { url, key: KEY },
  });
  const draft = draftOf("SO-0300001-1");
  const outcome = await books.system.invoices.createInvoice(draft, "k", AbortSignal.timeout(5_000));
  while (hints.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(outcome).toMatchObject({ kind: "done", document: { id: hints[0]?.sourceId } });
  await books.close();
  server.close().closeAllConnections();
});
