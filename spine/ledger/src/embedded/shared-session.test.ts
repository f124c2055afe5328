import { createLogger } from "@crossdock/runtime";
import { LedgerClosedError } from "../errors.ts";
import { openTestLedger } from "../testing/index.ts";
import type { TestLedger } from "../testing/index.ts";
import { createSharedSession, LINGERS_AT_MOST_MS, PATIENCE_MS } from "./shared-session.ts";
import { createFrontendReader, readError, readReply, simpleQuery } from "./wire.ts";

describe("one session, many connections", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
    await opened.ledger.pool.query("create table steps (id serial, step text)");
  });
  afterAll(() => opened.close());

  test("a transaction holds the session: others run before or after it, never between", async () => {
    const { pool } = opened.ledger;
    const first = await pool.connect();
    await first.query("begin");
    await first.query("insert into steps (step) values ('a')");
    const other = pool.query("insert into steps (step) values ('other')");
    await first.query("insert into steps (step) values ('b')");
    await first.query("commit");
    first.release();
    await other;
    const { rows } = await pool.query<{ step: string }>("select step from steps order by id");
    expect(rows.map(({ step }) => step)).toEqual(["a", "b", "other"]);
  });

  test("a connection that is dropped in a transaction is rolled back, and the others go on", async () => {
    const { pool } = opened.ledger;
    const dropped = await pool.connect();
    await dropped.query("begin");
    await dropped.query("insert into steps (step) values ('dropped')");
    dropped.release(true);
    const { rows } = await pool.query("select 1 from steps where step = 'dropped'");
    expect(rows).toEqual([]);
  });

  test("an error in a transaction does not leak into the next connection", async () => {
    const { pool } = opened.ledger;
    const client = await pool.connect();
    await client.query("begin");
    await expect(client.query("selec 1")).rejects.toMatchObject({ code: "42601" });
    const other = pool.query("select 1 as one");
    await client.query("rollback");
    client.release();
    expect((await other).rows).toEqual([{ one: 1 }]);
  });

  test("a row of two megabytes passes", async () => {
    const big = "x".repeat(2 * 1024 * 1024);
    const { rows } = await opened.ledger.pool.query<{ big: string }>("select $1::text as big", [
      big,
    ]);
    expect(rows[0]?.big).toHaveLength(big.length);
  });
});

describe("the session's arbiter", () => {
  const logger = createLogger({ name: "test", level: "silent" });
  const begun = Buffer.from(
    [..."C"].map((c) => c.charCodeAt(0)).concat([0, 0, 0, 4], [90, 0, 0, 0, 5, 84]),
  );
  const idle = Buffer.from([90, 0, 0, 0, 5, 73]);

  test("a transaction that idles past its limit is rolled back, and who waits comes next", async () => {
    const executed: string[] = [];
    const session = createSharedSession({
      logger,
      idleInTransactionLimitMs: 5,
      execute: (bytes) => {
        const sql = Buffer.from(bytes).toString("utf8", 5, bytes.length - 1);
        executed.push(sql);
        return Promise.resolve(sql === "begin" ? begun : idle);
      },
    });
    const failed = new Promise<Error>((resolve) => {
      const sleeper = { isBackground: false, receive: () => undefined, fail: resolve };
      session.join(sleeper);
      session.request(sleeper, simpleQuery("begin"));
    });
    await new Promise<void>((resolve) => {
      const waiting = {
        isBackground: false,
        receive: () => void resolve(),
        fail: () => undefined,
      };
      session.join(waiting);
      session.request(waiting, simpleQuery("select 1"));
    });
    expect((await failed).message).toMatch(/idle for 5 ms/);
    expect(executed).toEqual(["begin", "rollback", "select 1"]);
  });

  describe("who comes next", () => {
    const BACKGROUND = " -- in the background";

    /**
     * Clients that ask in the given order while another statement runs: of the background, where the
     * statement says so.
     * @returns what ran, in order
     */
    async function runAfter(asked: readonly string[], waitMs: number): Promise<string[]> {
      const executed: string[] = [];
      let release = (): void => undefined;
      const session = createSharedSession({
        logger,
        execute: async (bytes) => {
          const sql = Buffer.from(bytes).toString("utf8", 5, bytes.length - 1);
          executed.push(sql);
          if (sql === "slow") await new Promise<void>((resolve) => (release = resolve));
          return idle;
        },
      });
      const ask = (sql: string) =>
        new Promise<void>((resolve) => {
          const client = {
            isBackground: sql.endsWith(BACKGROUND),
            receive: () => void resolve(),
            fail: () => undefined,
          };
          session.join(client);
          session.request(client, simpleQuery(sql));
        });
      const all = ["slow", ...asked].map(ask);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      release();
      await Promise.all(all);
      return executed;
    }

    test("single statements go before a transaction, each kind in the order in which it came", async () => {
      const asked = ["BEGIN", "select 1", "begin isolation level", "beginning", "select 2"];
      expect(await runAfter(asked, 0)).toEqual([
        "slow",
        "select 1",
        "beginning",
        "select 2",
        "BEGIN",
        "begin isolation level",
      ]);
    });

    test("the background comes after everybody else, its statements before its transactions", async () => {
      const asked = [`begin${BACKGROUND}`, `select 1${BACKGROUND}`, "begin", "select 2"];
      expect(await runAfter(asked, 0)).toEqual([
        "slow",
        "select 2",
        "begin",
        `select 1${BACKGROUND}`,
        `begin${BACKGROUND}`,
      ]);
    });

    test("what has waited for long goes first", async () => {
      const asked = [`begin${BACKGROUND}`, "begin", "select 1"];
      expect(await runAfter(asked, PATIENCE_MS + 20)).toEqual(["slow", ...asked]);
    });
  });

  describe("who was answered a moment ago", () => {
    const ROUNDS = 20;

    /** A client whose second statement comes a moment after its first is answered, while the background waits. */
    async function runRound(asksAgain: boolean): Promise<string[]> {
      const executed: string[] = [];
      const session = createSharedSession({
        logger,
        execute: async (bytes) => {
          executed.push(Buffer.from(bytes).toString("utf8", 5, bytes.length - 1));
          await new Promise((resolve) => setImmediate(resolve));
          return idle;
        },
      });
      const ask = (isBackground: boolean, sql: string) =>
        new Promise<void>((resolve) => {
          const client = { isBackground, receive: () => void resolve(), fail: () => undefined };
          session.join(client);
          session.request(client, simpleQuery(sql));
        });
      const first = ask(false, "first");
      const background = ask(true, "background");
      await first;
      await new Promise((resolve) => setImmediate(resolve));
      if (asksAgain) await ask(false, "second");
      await background;
      return executed;
    }

    test("asks again before the background begins", async () => {
      let times = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const executed = await runRound(true);
        if (executed.join() === "first,second,background") times += 1;
      }
      // A busy machine may take longer than the moment now and then.
      expect(times).toBeGreaterThan(ROUNDS / 2);
    });

    /** @returns for how long the background waited beside a client that asks without a gap */
    async function waitBeside(): Promise<number> {
      const session = createSharedSession({
        logger,
        execute: () => new Promise((resolve) => setImmediate(resolve, idle)),
      });
      const ask = (isBackground: boolean) =>
        new Promise<void>((resolve) => {
          const client = { isBackground, receive: () => void resolve(), fail: () => undefined };
          session.join(client);
          session.request(client, simpleQuery("select 1"));
        });
      let isOver = false;
      const busy = async () => {
        while (!isOver) {
          await ask(false);
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const running = busy();
      const sinceMs = performance.now();
      await ask(true);
      const waitedMs = performance.now() - sinceMs;
      isOver = true;
      await running;
      return waitedMs;
    }

    test("asks without a gap: the background has its turn all the same, long before its patience ends", async () => {
      const waits: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) waits.push(await waitBeside());
      // A busy machine makes gaps, and waits, of its own.
      const median = waits.sort((left, right) => left - right)[ROUNDS / 2];
      expect(median).toBeGreaterThan(LINGERS_AT_MOST_MS / 2);
      expect(median).toBeLessThan(PATIENCE_MS);
    });

    test("keeps the background waiting for a moment only", async () => {
      expect(await runRound(false)).toEqual(["first", "background"]);
    });
  });

  test("it is quiet from the last answer on that somebody waited for, whatever the background does", async () => {
    const session = createSharedSession({ logger, execute: () => Promise.resolve(idle) });
    const ask = (isBackground: boolean) =>
      new Promise<void>((resolve) => {
        const client = { isBackground, receive: () => void resolve(), fail: () => undefined };
        session.join(client);
        session.request(client, simpleQuery("select 1"));
      });
    expect(session.quietMs()).toBe(Infinity);
    await ask(false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await ask(true);
    expect(session.quietMs()).toBeGreaterThanOrEqual(19);
    await ask(false);
    expect(session.quietMs()).toBeLessThan(19);
  });

  test("when the database is gone every connection is told, and later ones too", async () => {
    const session = createSharedSession({
      logger,
      execute: () => Promise.reject(new Error("dead")),
    });
    const fate = () =>
      new Promise<Error>((resolve) => {
        const client = { isBackground: false, receive: () => undefined, fail: resolve };
        session.join(client);
        session.request(client, simpleQuery("select 1"));
      });
    const [first, second] = await Promise.all([fate(), fate()]);
    expect(first).toBeInstanceOf(LedgerClosedError);
    expect(second).toBeInstanceOf(LedgerClosedError);
    expect(await fate()).toBeInstanceOf(LedgerClosedError);
  });
});

describe("the wire", () => {
  test("messages split at any byte come out as the same batches", () => {
    const startup = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]);
    const extended = Buffer.concat([frame("P", 7), frame("B", 3), frame("E", 9), frame("S", 0)]);
    const all = Buffer.concat([startup, extended, frame("Q", 5), frame("X", 0)]);
    for (let cut = 1; cut < all.length; cut += 1) {
      const read = createFrontendReader();
      const batches = [...read(all.subarray(0, cut)), ...read(all.subarray(cut))];
      expect(batches).toEqual([
        { kind: "startup" },
        { kind: "request", bytes: new Uint8Array(extended) },
        { kind: "request", bytes: new Uint8Array(frame("Q", 5)) },
        { kind: "terminate" },
      ]);
    }
  });

  test("notifications are taken out of an answer, which stays whole otherwise", () => {
    const note = frame("A", 12);
    const reply = readReply(Buffer.concat([frame("C", 4), note, frame("T", 2), note, ready("T")]));
    expect(Buffer.from(reply.answer)).toEqual(
      Buffer.concat([frame("C", 4), frame("T", 2), ready("T")]),
    );
    expect(reply.notifications).toEqual(Buffer.concat([note, note]));
    expect(reply.status).toBe("T");
  });

  test("an answer without an error has none to read", () => {
    expect(readError(ready("I"))).toBeNull();
  });

  function frame(type: string, bodyBytes: number): Buffer {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeUInt32BE(4 + bodyBytes, 1);
    return Buffer.concat([head, Buffer.alloc(bodyBytes, 7)]);
  }

  function ready(status: string): Buffer {
    return Buffer.concat([Buffer.from([90, 0, 0, 0, 5]), Buffer.from(status)]);
  }
});
