import { createAuditVerifier } from "@crossdock/audit";
import { openLedger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";
import { sql } from "kysely";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROUNDS = 2;
const ACKNOWLEDGED_PER_ROUND = 200;

test("kill -9 in the middle of taking orders loses none that was acknowledged, and leaves none by halves", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "crossdock-accept-kill-"));
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const script = join(__dirname, "testing/take-until-killed.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script, dataDir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let inRound = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      inRound += 1;
      if (inRound === ACKNOWLEDGED_PER_ROUND) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_PER_ROUND);

  const logger = createLogger({ name: "test", level: "silent" });
  const ledger = await openLedger({ kind: "embedded", dataDir, logger });
  const accepted = await ledger.db
    .selectFrom("commands")
    .select(["id", "idempotency_key"])
    .execute();
  const keys = new Set(accepted.map((row) => row.idempotency_key));
  expect(acknowledged.filter((key) => !keys.has(key))).toEqual([]);

  const { rows } = await sql<{ orders: number; events: number; halves: number }>`
    select (select count(*)::int from order_book) as orders,
      (select count(*)::int from events) as events,
      (select count(*)::int from commands c where
        not exists (select from order_book o where 'order:' || o.id = c.subject)
        or 2 <> (select count(*) from events e where e.causation_id = c.id)
        or not exists (select from audit_journal a where a.command_id = c.id)) as halves`.execute(
    ledger.db,
  );
  const { length } = accepted;
  expect(rows).toEqual([{ orders: length, events: 2 * length, halves: 0 }]);
  const { signal } = new AbortController();
  expect(await createAuditVerifier(ledger).verify(signal)).toMatchObject({
    rows: length,
    holds: true,
  });
  await ledger.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);
