import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openLedger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";
import { LOG_START } from "./position.ts";
import { openLog } from "./testing/log-fixture.ts";

const ROUNDS = 3;
const ACKNOWLEDGED_PER_ROUND = 150;

test("kill -9 in the middle of appending loses no acknowledged event", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "crossdock-kill-"));
  const acknowledged: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = spawn(process.execPath, [
      "--import",
      "tsx",
      join(__dirname, "testing/append-until-killed.ts"),
      dataDir,
      String(round * 100_000),
    ]);
    let inRound = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(Number(line));
      inRound += 1;
      if (inRound === ACKNOWLEDGED_PER_ROUND) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
  }

  const logger = createLogger({ name: "test", level: "silent" });
  const ledger = await openLedger({ kind: "embedded", dataDir, logger });
  const log = openLog(ledger);
  const kept = new Set<number>();
  const sequences: number[] = [];
  for (let at = LOG_START, more = true; more;) {
    const page = await log.readPage({ after: at, limit: 500 });
    for (const event of page) {
      kept.add(Number((event.data as { counted: string }).counted));
      sequences.push(event.sequence);
    }
    more = page.length > 0;
    at = page.at(-1)?.position ?? at;
  }
  await ledger.close();
  rmSync(dataDir, { recursive: true, force: true });

  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_PER_ROUND);
  expect(acknowledged.filter((count) => !kept.has(count))).toEqual([]);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
}, 60_000);
