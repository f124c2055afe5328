import { Writable } from "node:stream";
import { Counter } from "prom-client";
import { z } from "zod";
import { createFixedClock } from "./clock.ts";
import { ConfigError, loadConfig } from "./config.ts";
import { createLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { createShutdown, ShutdownError } from "./shutdown.ts";
import { sleep } from "./sleep.ts";
import { doing } from "./tracing.ts";

const logger = createLogger({ name: "test", level: "silent" });

test("a log line hides credentials at the top and below", () => {
  const lines: string[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const log = createLogger({ name: "gateway", level: "info", to });
  log.info(
    {
      token: "t-1",
      request: { headers: { authorization: "Bearer b-1" } },
      erp: { clientSecret: "s-1" },
    },
    "hi",
  );
  const line = lines.join("");
  expect(line).not.toMatch(/t-1|b-1|s-1/);
  expect(JSON.parse(line)).toMatchObject({
    level: "info",
    name: "gateway",
    msg: "hi",
    token: "[redacted]",
  });
});

test("a log line of a request has its correlation id and its trace, unless it names others itself", () => {
  const lines: object[] = [];
  const to = { write: (line: string) => lines.push(JSON.parse(line) as object) };
  const log = createLogger({ name: "gateway", level: "info", to });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  log.info("before");
  doing({ correlationId: "c1", traceparent }, () => {
    log.info("within");
    log.info({ correlationId: "c2" }, "of another");
  });
  expect(lines).toMatchObject([
    { msg: "before" },
    { msg: "within", correlationId: "c1", traceId },
    { msg: "of another", correlationId: "c2", traceId },
  ]);
  expect(lines[0]).not.toHaveProperty("correlationId");
});

test("configuration is typed, and an empty variable takes its default", () => {
  const schema = z.object({ PORT: z.coerce.number().int().default(4000), NAME: z.string() });
  expect(loadConfig(schema, { PORT: "", NAME: "x" })).toEqual({ PORT: 4000, NAME: "x" });
});

test("a wrong configuration names every variable and repeats no value", () => {
  const schema = z.object({ PORT: z.coerce.number().int(), KEY: z.string().min(40), URL: z.url() });
  let problem: unknown;
  try {
    loadConfig(schema, { PORT: "many", KEY: "hush" });
  } catch (error) {
    problem = error;
  }
  expect(problem).toBeInstanceOf(ConfigError);
  const { problems, message } = problem as ConfigError;
  expect(problems).toHaveLength(3);
  expect(message).toMatch(/PORT is not valid/);
  expect(message).toMatch(/URL is not set\./);
  expect(message).not.toMatch(/many|hush/);
});

test("stop runs the steps once, the last registered first", async () => {
  const ran: string[] = [];
  const shutdown = createShutdown({ logger });
  shutdown.onStop("ledger", () => void ran.push("ledger"));
  shutdown.onStop("server", async () => {
    await Promise.resolve();
    ran.push("server");
  });
  await Promise.all([shutdown.stop(), shutdown.stop()]);
  expect(ran).toEqual(["server", "ledger"]);
  expect(shutdown.signal.aborted).toBe(true);
});

test("a step that throws and a step that hangs do not keep the others from running", async () => {
  const ran: string[] = [];
  const shutdown = createShutdown({ logger });
  shutdown.onStop("first", () => void ran.push("first"));
  shutdown.onStop("hangs", () => new Promise(() => undefined), 10);
  shutdown.onStop("throws", () => Promise.reject(new Error("no")));
  const error = await shutdown.stop().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ShutdownError);
  expect((error as ShutdownError).failures.map(({ step }) => step)).toEqual(["throws", "hangs"]);
  expect(ran).toEqual(["first"]);
});

test("sleep ends with the signal's reason when it is aborted", async () => {
  const controller = new AbortController();
  const slept = sleep(60_000, controller.signal);
  controller.abort(new Error("enough"));
  await expect(slept).rejects.toThrow("enough");
});

test("two registries share no metric", async () => {
  const [a, b] = [createMetrics(), createMetrics()];
  new Counter({ name: "orders_total", help: "orders", registers: [a] }).inc(2);
  expect(await a.metrics()).toMatch(/orders_total 2/);
  expect(await b.metrics()).not.toMatch(/orders_total/);
});

test("a fixed clock moves only when it is told to", () => {
  const clock = createFixedClock("2026-11-21T08:00:00Z");
  clock.advance(1_500);
  expect(clock.now()).toBe("2026-11-21T08:00:01.500Z");
});
