import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createLogger } from "@crossdock/runtime";
import { openLedger } from "../ledger.ts";
import { preparedCluster } from "./cluster.ts";
import { CLUSTER_FOLDER } from "./open-embedded.ts";

/** Run by `npm run build`: makes `preparedCluster()`. */
const cluster = preparedCluster();
rmSync(dirname(cluster), { recursive: true, force: true });
mkdirSync(dirname(cluster), { recursive: true });
const dataDir = mkdtempSync(`${cluster}-`);
const logger = createLogger({ name: "build", level: "warn" });
const ledger = await openLedger({ kind: "embedded", dataDir, logger });
await ledger.migrate();
await ledger.close();
renameSync(join(dataDir, CLUSTER_FOLDER), cluster);
rmSync(dataDir, { recursive: true });
