import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FINANCE_DEMO } from "./demo-tenant.ts";
import { NO_WAIT, startFinance } from "./testing/start-finance.ts";
import { createVendorSchema } from "./testing/vendor-schema.ts";

const webhooks = createVendorSchema("xero-webhooks.openapi.yaml");
const KEY = FINANCE_DEMO.webhookKey;

type Notification = {
  readonly events: readonly Readonly<Record<string, string>>[];
  readonly firstEventSequence: number;
  readonly lastEventSequence: number;
};

/** A receiver as the vendor wants it; `refuse` may answer otherwise to a well signed one. */
async function startReceiver(refuse: (nth: number) => number | null = () => null) {
  const received: Notification[] = [];
  let probes = 0;
  let nth = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const mac = createHmac("sha256", KEY).update(body).digest("base64");
      if (request.headers["x-xero-signature"] !== mac) return response.writeHead(401).end();
      const notification = JSON.parse(body.toString()) as Notification;
      if (notification.events.length === 0) {
        probes += 1;
        return response.writeHead(200).end();
      }
      nth += 1;
      const status = refuse(nth) ?? 200;
      if (status === 200) received.push(notification);
      return response.writeHead(status).end();
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/finance`,
    received,
    probes: () => probes,
    async until(isDone: () => boolean) {
      while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    stop: () => server.close().closeAllConnections(),
  };
}

const draft = (number: string) => ({
  Invoices: [
    {
      Type: "ACCREC",
      InvoiceNumber: number,
      Contact: { ContactNumber: "C10010" },
      LineItems: [
        { Description: "a", Quantity: 1, UnitAmount: 5, AccountCode: "200", TaxType: "NONE" },
      ],
      Date: "2026-11-20",
      DueDate: "2026-12-20",
      Status: "AUTHORISED",
    },
  ],
});

test("a proven receiver is told of invoices and contacts, in numbered and signed notifications", async () => {
  const receiver = await startReceiver((nth) => (nth === 1 ? 503 : null));
  const finance = await startFinance({ ...NO_WAIT, webhook: { url: receiver.url, key: KEY } });
  await receiver.until(() => receiver.probes() === 2);
  const { Invoices } = await finance.json("/Invoices", { method: "PUT", body: draft("W-1") });
  const payment = { Invoice: { InvoiceNumber: "W-1" }, Account: { Code: "090" }, Amount: 5 };
  await finance.send("/Payments", { method: "PUT", body: { Payments: [payment] } });
  await finance.send("/Contacts", { method: "PUT", body: { Contacts: [{ Name: "Told Ltd." }] } });
  await receiver.until(() => receiver.received.flatMap(({ events }) => events).length >= 3);

  const byNumber = receiver.received.toSorted(
    (a, b) => a.firstEventSequence - b.firstEventSequence,
  );
  const events = byNumber.flatMap((notification) => notification.events);
  expect(
    events.map((event) => `${String(event["eventCategory"])} ${String(event["eventType"])}`),
  ).toEqual(["INVOICE CREATE", "INVOICE UPDATE", "CONTACT CREATE"]);
  expect(events[0]).toMatchObject({
    resourceId: Invoices[0]?.InvoiceID,
    tenantId: FINANCE_DEMO.tenantId,
    resourceUrl: `${finance.base}/api.xro/2.0/Invoices/${String(Invoices[0]?.InvoiceID)}`,
  });
  expect([byNumber[0]?.firstEventSequence, byNumber.at(-1)?.lastEventSequence]).toEqual([1, 3]);
  expect(byNumber.flatMap((body) => webhooks.errorsOf("WebhookEvent", body))).toEqual([]);
  await finance.stop();
  receiver.stop();
});

test("events wait for a receiver that is not up yet", async () => {
  const early = await startReceiver();
  early.stop();
  const finance = await startFinance({ ...NO_WAIT, webhook: { url: early.url, key: KEY } });
  await finance.json("/Invoices", { method: "PUT", body: draft("W-2") });
  const received: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const mac = createHmac("sha256", KEY).update(body).digest("base64");
      const isSigned = request.headers["x-xero-signature"] === mac;
      if (isSigned) received.push(body);
      response.writeHead(isSigned ? 200 : 401).end();
    });
  }).listen(Number(new URL(early.url).port), "127.0.0.1");
  await early.until(() => received.some((body) => body.includes("INVOICE")));
  await finance.stop();
  server.close().closeAllConnections();
});

test("a receiver that accepts a bad signature is told nothing", async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on("end", () => response.writeHead(200).end());
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const finance = await startFinance({ ...NO_WAIT, webhook: { url, key: KEY } });
  await finance.json("/Invoices", { method: "PUT", body: draft("W-3") });
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(bodies.length).toBeGreaterThanOrEqual(4);
  expect(bodies.filter((body) => !body.includes('"events":[]'))).toEqual([]);
  await finance.stop();
  server.close().closeAllConnections();
});
