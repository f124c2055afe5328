import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { instantOf, webhookSubject, feedSubject, type ErrorClass } from "@crossdock/domain";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import { openSharedTestLedger, type SharedTestLedger } from "@crossdock/ledger/testing";
import {
  closeFinding,
  exceptionChangedOf,
  exceptionRaisedOf,
  openFinding,
} from "@crossdock/processes";
import { createLogger, createMetrics, type Clock, type Metrics } from "@crossdock/runtime";
import { sql } from "kysely";
import { Webhook } from "standardwebhooks";
import { WEBHOOK_UNDELIVERED } from "./hook-message.ts";
import { HOOK_EVENTS, type Hook } from "./hook.ts";
import { createWebhooks, type Webhooks } from "./webhooks.ts";

const logger = createLogger({ name: "test", level: "silent" });
const SECRET = `whsec_${Buffer.from("a secret of some bytes, enough").toString("base64")}`;
const WAIT_MS = 15_000;
const TIMES_FASTER = 10;

const startedMs = Date.now();
/** What takes hours takes minutes. */
const nowMs = () => startedMs + (Date.now() - startedMs) * TIMES_FASTER;
const clock: Clock = { nowMs, now: () => instantOf(new Date(nowMs())) };

type Message = {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
};
type Receiver = {
  readonly url: string;
  /** What it took, in the order in which it came. */
  readonly taken: Message[];
  /** What it was sent altogether, by id. */
  readonly heard: string[];
  answer: (response: ServerResponse) => void;
  close(): Promise<void>;
};

const take = (response: ServerResponse) => response.writeHead(204).end();

let opened: SharedTestLedger;
let eventLog: EventLog;
let metrics: Metrics;
let receiver: Receiver;
let webhooks: Webhooks | null = null;

beforeAll(async () => {
  opened = await openSharedTestLedger();
}, 60_000);
beforeEach(async () => {
  metrics = createMetrics();
  eventLog = createEventLog({ ledger: opened.ledger, clock, logger, definitions: allEvents });
  receiver = await openReceiver();
});
afterEach(async () => {
  await webhooks?.stop();
  webhooks = null;
  await receiver.close();
  await eventLog.close();
  await opened.empty();
});
afterAll(() => opened.close());

test("a webhook is told what is opened and closed, signed, and in order", async () => {
  await tell();
  await open("wms-shipment");
  await close("wms-shipment");
  await open("erp-order");
  const taken = await until(() => receiver.taken.length === 3);
  expect(taken.map(({ type, data }) => [type, data["exceptionId"]])).toEqual([
    ["exception.opened", "wms-shipment-1"],
    ["exception.closed", "wms-shipment-1"],
    ["exception.opened", "erp-order-1"],
  ]);
  expect(taken[0]?.data).toMatchObject({
    code: "FEED_SILENT",
    class: "TECHNICAL",
    owner: "source",
    subject: "feed:wms-shipment",
    correlationId: "test",
  });
  // What was asked for may hold a customer's data.
  expect(taken[0]?.data).not.toHaveProperty("payload");
});

test("one that fails, hangs up or is away is told again, by the same id, and nothing overtakes", async () => {
  const answers: ((response: ServerResponse) => void)[] = [
    (response) => response.writeHead(500).end("no"),
    (response) => response.destroy(),
    take,
  ];
  receiver.answer = (response) => {
    (answers.shift() ?? take)(response);
  };
  await tell();
  await open("wms-shipment");
  await open("erp-order");
  const taken = await until(() => receiver.taken.length === 2);
  expect(taken.map(({ data }) => data["exceptionId"])).toEqual(["wms-shipment-1", "erp-order-1"]);
  const [first] = receiver.heard;
  expect(receiver.heard.slice(0, 3)).toEqual([first, first, first]);
  // The receiver has taken it before the sender has its answer.
  await until(async () => (await counted("delivered")) === 2);
  expect(await counted("failed")).toBe(2);
});

test("one that was killed is told after the next start what it missed, whoever sends it", async () => {
  await tell();
  await receiver.close();
  await open("wms-shipment");
  await until(async () => (await counted("failed")) > 0);
  await webhooks?.stop();
  receiver = await openReceiver();
  metrics = createMetrics();
  await tell();
  await until(() => receiver.taken.length === 1);
});

test("one that is slow keeps nobody else waiting", async () => {
  const slow = await openReceiver();
  slow.answer = () => undefined;
  await tell({}, { ...hookTo(slow), name: "slow" });
  await open("wms-shipment");
  await until(() => receiver.taken.length === 1 && slow.heard.length === 1);
  await slow.close();
});

test("only what it wants to know is told, and never that a webhook cannot be told", async () => {
  await tell({ classes: ["MASTER_DATA"], events: ["exceptionOpened"] });
  await open("wms-shipment");
  await open("finance-invoice", "MASTER_DATA");
  await open("hook", "MASTER_DATA", WEBHOOK_UNDELIVERED);
  await close("finance-invoice");
  await open("erp-order", "MASTER_DATA");
  const taken = await until(() => receiver.taken.length === 2);
  expect(taken.map(({ data }) => data["exceptionId"])).toEqual([
    "finance-invoice-1",
    "erp-order-1",
  ]);
});

test("what waits for longer than it should is told once", async () => {
  await tell({ events: ["exceptionOverdue"] });
  await open("wms-shipment");
  await sql`update exceptions set due_at = ${new Date(nowMs() - 1)}`.execute(opened.ledger.db);
  await until(() => receiver.taken.length === 1);
  await pause(6_000);
  expect(receiver.taken.map(({ type }) => type)).toEqual(["exception.overdue"]);
}, 30_000);

test("what nobody takes for a day is given up, and comes before the operator until one is taken again", async () => {
  receiver.answer = (response) => response.writeHead(503).end();
  await tell();
  await open("wms-shipment");
  await until(() => receiver.heard.length > 0);
  await sql`update webhook_messages set created_at = created_at - interval '25 hours'`.execute(
    opened.ledger.db,
  );
  await until(async () => (await undelivered()) === 1);
  expect(await counted("given_up")).toBe(1);

  receiver.answer = take;
  await open("erp-order");
  await until(() => receiver.taken.length === 1);
  await until(async () => (await undelivered()) === 0);
});

test("what waits for a webhook that is not in the configuration any more is forgotten, and keeps no event", async () => {
  await receiver.close();
  await tell();
  await open("wms-shipment");
  await until(async () => (await counted("failed")) > 0);
  await webhooks?.stop();
  metrics = createMetrics();
  webhooks = create([]);
  await webhooks.start();
  const { db } = opened.ledger;
  expect(await db.selectFrom("webhook_messages").select("id").execute()).toEqual([]);
  expect(await db.selectFrom("consumer_offsets").select("consumer").execute()).toEqual([]);
  receiver = await openReceiver();
});

const hookTo = ({ url }: Pick<Receiver, "url">): Hook => ({
  name: "desk",
  url,
  secret: SECRET,
  events: HOOK_EVENTS,
});

function create(hooks: readonly Hook[]): Webhooks {
  return createWebhooks({ ledger: opened.ledger, eventLog, clock, logger, metrics, hooks });
}

/** Starts, and waits until it would hear of what happens next. */
async function tell(changes: Partial<Hook> = {}, ...others: readonly Hook[]): Promise<void> {
  webhooks = create([{ ...hookTo(receiver), ...changes }, ...others]);
  await webhooks.start();
  await until(async () => {
    const rows = await opened.ledger.db.selectFrom("consumer_offsets").selectAll().execute();
    return rows.length === 1;
  });
}

async function open(
  feed: string,
  errorClass: ErrorClass = "TECHNICAL",
  code = "FEED_SILENT",
): Promise<void> {
  await opened.ledger.transaction(async (trx) => {
    const at = clock.now();
    const exception = await openFinding(
      trx,
      {
        subject: code === WEBHOOK_UNDELIVERED ? webhookSubject(feed) : feedSubject(feed),
        name: feed,
        class: errorClass,
        code,
        owner: "source",
        action: { code: "RESTORE_CONNECTION", text: "Look at it." },
        summary: "Nothing is heard.",
        payload: { private: "private" },
      },
      { at, correlationId: "test" },
    );
    if (exception !== null) await append(trx, exceptionRaisedOf(exception));
  });
}

async function close(feed: string): Promise<void> {
  await opened.ledger.transaction(async (trx) => {
    const decision = { by: "test", resolution: "CORRECTED", note: "It is heard." } as const;
    const closed = await closeFinding(trx, feedSubject(feed), decision, clock.now());
    if (closed !== null) await append(trx, exceptionChangedOf(closed, "CLOSED"));
  });
}

const append = (
  trx: Parameters<EventLog["append"]>[0],
  event: Parameters<EventLog["append"]>[1][number],
) => eventLog.append(trx, [event], { correlationId: "test", causationId: null, tenant: null });

async function undelivered(): Promise<number> {
  const rows = await opened.ledger.db
    .selectFrom("exceptions")
    .select("id")
    .where("code", "=", WEBHOOK_UNDELIVERED)
    .where("resolved_at", "is", null)
    .execute();
  return rows.length;
}

async function counted(outcome: string): Promise<number> {
  const metric = await metrics.getSingleMetric("crossdock_webhook_deliveries_total")?.get();
  return metric?.values.find(({ labels }) => labels["outcome"] === outcome)?.value ?? 0;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<readonly Message[]> {
  const untilMs = Date.now() + WAIT_MS;
  while (!(await isSo())) {
    if (Date.now() > untilMs) throw new Error(`Taken: ${JSON.stringify(receiver.taken)}`);
    await pause(50);
  }
  return receiver.taken;
}

/** A service desk: takes only what is signed as it should be. */
async function openReceiver(): Promise<Receiver> {
  const taken: Message[] = [];
  const heard: string[] = [];
  const server: Server = createServer((request, response) => {
    void read(request).then((body) => {
      const id = String(request.headers["webhook-id"]);
      heard.push(id);
      // Its clock is the true one, so that a signature is made for the time of its sending.
      const message = new Webhook(SECRET).verify(body, request.headers as Record<string, string>);
      response.once("finish", () => {
        if (response.statusCode < 300) taken.push({ ...(message as Message), id });
      });
      self.answer(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const self: Receiver = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`,
    taken,
    heard,
    answer: take,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return self;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
