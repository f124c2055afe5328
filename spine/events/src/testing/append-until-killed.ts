import { openLedger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";
import { append, counted, openLog } from "./log-fixture.ts";

/** Appends for ever to the ledger in its first argument, and prints each count that was acknowledged. */
const WRITERS = 4;
const dataDir = process.argv[2] ?? "";
const ledger = await openLedger({
  kind: "embedded",
  dataDir,
  logger: createLogger({ name: "child", level: "silent" }),
});
await ledger.migrate();
const log = openLog(ledger);
let next = Number(process.argv[3] ?? "0");

await Promise.all(
  Array.from({ length: WRITERS }, async () => {
    for (;;) {
      const count = next;
      next += 1;
      await append(ledger, log, counted("K-1", count));
      process.stdout.write(`${String(count)}\n`);
    }
  }),
);
