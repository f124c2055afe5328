import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@crossdock/runtime";
import { openLedger, type Ledger } from "../ledger.ts";
import { longHoldsTo, type SessionHold } from "./session-hold.ts";

describe("who has the session for long", () => {
  let lines: string[] = [];
  let dataDir: string;
  let ledger: Ledger;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "crossdock-holds-"));
    const to = { write: (line: string) => void lines.push(line) };
    const logger = createLogger({ name: "test", level: "debug", to });
    ledger = await openLedger({ kind: "embedded", dataDir, logger });
    await ledger.pool.query("select 1"); // the first statement of all takes long
  });
  afterAll(async () => {
    await ledger.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    lines = [];
  });
  /** Those of statements that sleep; on a busy machine any other one may take long, too. */
  const told = (): SessionHold[] =>
    lines.flatMap((line) => {
      const { hold } = JSON.parse(line) as { readonly hold?: SessionHold };
      return hold?.longest.words.includes("pg_sleep") === true ? [hold] : [];
    });

  test("a transaction is one hold, told with its longest statement and without its values", async () => {
    const client = await ledger.background.pool.connect();
    await client.query("begin");
    await client.query("select 1");
    await client.query("select pg_sleep($1),\n   $2::text as note", [0.3, "between us"]);
    await client.query("commit");
    client.release();
    expect(told()).toMatchObject([
      {
        isBackground: true,
        statements: 4,
        longest: { words: "select pg_sleep($1), $2::text as note" },
      },
    ]);
    expect(told()[0]?.heldMs).toBeGreaterThanOrEqual(told()[0]?.longest.tookMs ?? Infinity);
    expect(told()[0]?.longest.tookMs).toBeGreaterThanOrEqual(300);
    expect(lines.join()).not.toContain("between us");
  });

  test("who comes meanwhile is told to have waited for it", async () => {
    const { pool } = ledger;
    await Promise.all([
      pool.query("select pg_sleep(0.1)"),
      pool.query("select pg_sleep(0.02) as next"),
    ]);
    const [first, second] = told();
    expect(first).toMatchObject({ isBackground: false, statements: 1 });
    expect(second?.longest.words).toBe("select pg_sleep(0.02) as next");
    expect(second?.waitedMs).toBeGreaterThanOrEqual(90);
  });
});

test("short ones are not told, and none where nobody asks for so much of the log", () => {
  const lines: string[] = [];
  const to = { write: (line: string) => void lines.push(line) };
  const holdOf = (heldMs: number): SessionHold => ({
    isBackground: true,
    heldMs,
    waitedMs: 0,
    statements: 1,
    longest: { words: "select", tookMs: heldMs },
  });
  const onHold = longHoldsTo(createLogger({ name: "test", level: "debug", to }));
  onHold?.(holdOf(9.9));
  expect(lines).toEqual([]);
  onHold?.(holdOf(10));
  expect(lines).toHaveLength(1);
  expect(longHoldsTo(createLogger({ name: "test", level: "info", to }))).toBeNull();
});
