import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openLedger, type Ledger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";
import {
  blockItems,
  degradeAPartner,
  exhaustTheCarrier,
  loseTheSources,
  meddle,
  readTooMuch,
  spoilABill,
  troubleTheGateway,
  type Scene,
} from "../src/alerts/causes.ts";
import { startPrometheus, type Prometheus } from "../src/alerts/prometheus.ts";
import { shortenedRules } from "../src/alerts/shortened-rules.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { metricsOf, tableOf } from "../src/metrics-table.ts";
import { allExpressions, readAlertRules } from "../src/observability-files.ts";
import { createDatabase, type OwnDatabase } from "../src/own-database.ts";
import { STAPLE } from "../src/placing-orders.ts";
import { freePorts } from "../src/ports.ts";
import { ROOT } from "../src/program.ts";
import { readPromql } from "../src/promql.ts";
import { startStack, type Stack } from "../src/stack.ts";

const FIRES_MS = 90_000;
const WATCH_EVERY_MS = 500;
/** So long nothing may fire while all is well. */
const WELL_MS = 10_000;
const ALWAYS = "CrossdockDiskFull";
const LAST = ["CrossdockLedgerTrouble", "CrossdockDown"];

jest.setTimeout(900_000);

let database: OwnDatabase;
let ledger: Ledger;
let stack: Stack;
let prometheus: Prometheus;
let scene: Scene;
/** All that has fired since the faults began. */
const fired = new Set<string>();
let watch: NodeJS.Timeout;
/** What is closed at the end, the last first. */
const opened: (() => PromiseLike<void>)[] = [];

beforeAll(async () => {
  database = await createDatabase(process.env["DATABASE_URL"] ?? "");
  opened.push(() => database.drop());
  const [nobody = 0] = await freePorts(1);
  stack = await startStack({
    speed: 400,
    sweepSeconds: 1,
    silentSeconds: 8,
    maxAccessesWaiting: 100,
    carrierCallsPerMinute: 2,
    variables: {
      DATABASE_URL: database.url,
      REDIS_URL: process.env["REDIS_URL"] ?? "",
    },
    operations: {
      audit: { verifyMinutes: 0.05 },
      thresholds: { stages: { CONFIRMED: 10 }, shippedNotInvoicedSeconds: 10 },
      webhooks: [
        {
          name: "desk",
          url: `http://127.0.0.1:${String(nobody)}/`,
          secret: Buffer.from("a secret of some bytes, enough").toString("base64"),
          events: ["exceptionOpened", "exceptionOverdue", "exceptionClosed"],
        },
      ] as object,
      synthetic: {
        every: "24h",
        customerNumber: "C10020",
        sku: STAPLE,
        warehouse: "EAST",
        until: "CONFIRMED",
        patienceSeconds: 3,
      },
    },
  });
  opened.push(() => stack[Symbol.asyncDispose]());
  const logger = createLogger({ name: "test", level: "silent" });
  ledger = await openLedger({ kind: "postgres", url: database.url, logger, maxConnections: 4 });
  opened.push(() => ledger.close());
  const [portal, partner, operator] = await Promise.all([
    stack.token("portal", "C10010"),
    stack.token("partner", "C10010"),
    stack.token("operator"),
  ]);
  scene = { stack, ledger, portal, partner, operator };
  await untilHistoryIsRead(stack);
  prometheus = await startPrometheus(shortenedRules(), new URL(stack.url).host);
  opened.push(() => prometheus[Symbol.asyncDispose]());
});
afterAll(async () => {
  clearInterval(watch);
  for (const close of opened.toReversed()) await close();
});

test("while all is well nothing fires", async () => {
  await new Promise((resolve) => setTimeout(resolve, WELL_MS));
  expect((await prometheus.firing()).filter((name) => name !== ALWAYS)).toEqual([]);
});

test("much goes wrong", async () => {
  watch = setInterval(() => {
    void prometheus.firing().then(
      (names) => {
        names.forEach((name) => fired.add(name));
      },
      () => undefined, // It is asked again.
    );
  }, WATCH_EVERY_MS);
  // What needs sources that answer; none of it stands in another's way.
  await Promise.all([
    spoilABill(scene),
    blockItems(scene),
    degradeAPartner(scene),
    exhaustTheCarrier(scene),
    readTooMuch(scene),
  ]);
  await Promise.all([meddle(scene), loseTheSources(scene), troubleTheGateway(scene)]);
});

const rest = readAlertRules()
  .map(({ alert }) => alert)
  .filter((alert) => !LAST.includes(alert));

test.each(rest)("%s fires", async (alert) => {
  await untilFired(alert);
});

test("what the rules and dashboards ask for is there, by its name and, of what there is a series of, by its labels", async () => {
  const known = await readSeries(stack.url);
  const missing = allExpressions().flatMap(({ place, expr }) => {
    const { selectors, groupings } = readPromql(expr);
    return selectors.flatMap(({ metric, labels }) => {
      const there = known.get(metric);
      if (there === undefined) return [`${place}: ${metric}`];
      const isSeen = there.size > GIVEN.length;
      const asked = isSeen ? [...labels, ...groupings] : [];
      return asked.filter((label) => !there.has(label)).map((label) => `${place}: ${label}`);
    });
  });
  expect(missing).toEqual([]);
});

test("the docs list what is measured, `node --import tsx test/src/write-metrics-table.ts` writes it", async () => {
  const exposition = await (await fetch(`${stack.url}/metrics`)).text();
  const page = await readFile(join(ROOT, "docs/platform.md"), "utf8");
  const namesOf = (metrics: ReturnType<typeof metricsOf>) => metrics.map(([name]) => name);
  expect(namesOf(tableOf(page))).toEqual(namesOf(metricsOf(exposition)));
});

test("CrossdockLedgerTrouble fires", async () => {
  await database.shutOut();
  await untilFired("CrossdockLedgerTrouble");
});

test("CrossdockDown fires", async () => {
  await stack.kill();
  await untilFired("CrossdockDown");
});

async function untilFired(alert: string): Promise<void> {
  const untilMs = Date.now() + FIRES_MS;
  while (!fired.has(alert)) {
    if (Date.now() > untilMs) throw new Error(`What fired: ${[...fired].join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, WATCH_EVERY_MS));
  }
}

/** What Prometheus gives to every series, and `up` has nothing else. */
const GIVEN = ["instance", "job"];

/** The labels of each metric's series; of one that has none yet, those alone that Prometheus gives. */
async function readSeries(url: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const series = new Map<string, Set<string>>([["up", new Set(GIVEN)]]);
  for (const [, name = "", type = ""] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    const endings = type === "histogram" ? ["_bucket", "_count", "_sum"] : [""];
    for (const ending of endings) series.set(`${name}${ending}`, new Set(GIVEN));
  }
  for (const line of text.split("\n")) {
    const [, name, labels = ""] = /^([a-z_0-9]+)(?:\{(.*)\})? /i.exec(line) ?? [];
    if (name === undefined) continue;
    const known = series.get(name) ?? new Set(GIVEN);
    series.set(name, known);
    for (const [, label = ""] of labels.matchAll(/([a-z_]+)="/g)) known.add(label);
  }
  return series;
}
