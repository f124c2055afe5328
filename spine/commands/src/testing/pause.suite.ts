import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "@crossdock/ledger";
import { AnswerError, done } from "./outcomes.ts";
import type { OpenedQueues } from "./queues-under-test.ts";
import { openStand } from "./stand.ts";
import type { Stand } from "./stand.ts";

/** Longer than a relay's own looks. */
const QUIET_MS = 1_500;

/** What a pause of a lane, as the ledger has it, means to the workers of that lane. */
export function pauseSuite(ledgerOf: () => Ledger, queuesOf: () => OpenedQueues): void {
  let stand: Stand;
  beforeEach(async () => {
    await ledgerOf().db.deleteFrom("pauses").execute();
    stand = await openStand(ledgerOf(), queuesOf().queues);
  });
  afterEach(async () => {
    await stand.close();
    await ledgerOf().db.deleteFrom("pauses").execute();
  });

  const pause = (name: string, scope: "LANE" | "SOURCE" | "PARTNER" = "LANE") =>
    ledgerOf()
      .db.insertInto("pauses")
      .values({
        id: `${scope} ${name}`,
        scope,
        name,
        reason: "Stocktaking.",
        paused_by: "ann",
        paused_at: new Date(),
        resumed_at: null,
        resumed_by: null,
      })
      .execute();
  const resume = async () => {
    await ledgerOf()
      .db.updateTable("pauses")
      .set({ resumed_at: new Date(), resumed_by: "ann" })
      .execute();
    stand.log.doorbell.due();
  };
  const read = async (id: string) => (await stand.log.read([id]))[0];

  test.each(["LANE", "SOURCE"] as const)(
    "what goes to a system stays as it is while a %s is paused, and is done in its order after that",
    async (scope) => {
      const sent: string[] = [];
      await pause("erp", scope);
      await stand.work({
        execute: (command) => {
          sent.push(command.data.document);
          return done(command);
        },
      });
      const ids: string[] = [];
      for (const document of ["D1", "D2", "D3"]) {
        ids.push((await stand.accept({ document, order: "A" })).command.id);
      }
      await sleep(QUIET_MS);
      expect(sent).toEqual([]);
      expect(await read(ids[0] ?? "")).toMatchObject({ status: "ACCEPTED", attempts: 0 });
      await resume();
      await Promise.all(ids.map((id) => stand.settled(id)));
      expect(sent).toEqual(["D1", "D2", "D3"]);
    },
  );

  test("what a queue had handed out before the pause is not begun after it", async () => {
    const sent: string[] = [];
    const first = await stand.accept({ document: "D1", order: "A" });
    const queued = {
      id: "job",
      lane: "erp" as const,
      commandIds: [first.command.id],
      again: false,
    };
    await queuesOf().queues.add("erp", [queued]);
    await pause("erp");
    await stand.work(
      {
        execute: (command) => {
          sent.push(command.data.document);
          return done(command);
        },
      },
      { lookAgainMs: 200 },
    );
    await sleep(QUIET_MS);
    expect(sent).toEqual([]);
    expect(await read(first.command.id)).toMatchObject({ status: "ACCEPTED", attempts: 0 });
    await resume();
    expect((await stand.settled(first.command.id)).attempts).toBe(1);
  });

  test("what is under way ends, and what is to be tried again waits without spending an attempt", async () => {
    let calls = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await stand.work({
      execute: async (command) => {
        calls += 1;
        if (command.data.document === "D1") await held;
        if (command.data.document === "D2" && calls < 3) throw new AnswerError("TECHNICAL");
        return done(command);
      },
    });
    const running = await stand.accept({ document: "D1", order: "A" });
    const failing = await stand.accept({ document: "D2", order: "B" });
    await stand.reached(running.command.id, "RUNNING");
    await stand.reached(failing.command.id, "RETRYING");
    await pause("erp");
    release();
    expect((await stand.settled(running.command.id)).status).toBe("SUCCEEDED");
    await sleep(QUIET_MS);
    const before = await read(failing.command.id);
    expect(before?.status).toBe("RETRYING");
    await sleep(QUIET_MS);
    expect((await read(failing.command.id))?.attempts).toBe(before?.attempts);
    await resume();
    expect((await stand.settled(failing.command.id)).status).toBe("SUCCEEDED");
  });

  test("a pause of another system, or of a partner of the same name, keeps nobody", async () => {
    await pause("wms");
    await pause("erp", "PARTNER");
    await stand.work({ execute: done });
    const { command } = await stand.accept({ document: "D1", order: "A" });
    expect((await stand.settled(command.id)).status).toBe("SUCCEEDED");
  });
}
