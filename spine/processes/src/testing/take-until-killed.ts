import { randomBytes } from "node:crypto";
import { mintOrderKey } from "@crossdock/domain";
import { openLedger } from "@crossdock/ledger";
import { createLogger } from "@crossdock/runtime";
import { openOrderTaker } from "./order-taker.ts";

/** Takes orders for ever into the ledger in its first argument, and prints the key of each that was accepted. */
const CALLERS = 16;
const ledger = await openLedger({
  kind: "embedded",
  dataDir: process.argv[2] ?? "",
  logger: createLogger({ name: "child", level: "silent" }),
});
await ledger.migrate();
const { take } = openOrderTaker(ledger);

await Promise.all(
  Array.from({ length: CALLERS }, async () => {
    for (;;) {
      const key = String(mintOrderKey(randomBytes));
      await take(key);
      process.stdout.write(`${key}\n`);
    }
  }),
);
