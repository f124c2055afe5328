import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createLogger } from "@crossdock/runtime";
import { sql } from "kysely";
import { openLedger } from "../ledger.ts";
import { initialiseCluster, preparedCluster } from "./cluster.ts";
import { CLUSTER_FOLDER } from "./open-embedded.ts";

/** Run by `npm run build`: makes `preparedCluster()`. */
const cluster = preparedCluster();
const clusters = dirname(cluster);
mkdirSync(clusters, { recursive: true });
const earlier = readdirSync(clusters);
const dataDir = mkdtempSync(`${cluster}-`);
const logger = createLogger({ name: "build", level: "warn" });
// From nothing: else it would be a copy of the one that was built before.
await initialiseCluster(join(dataDir, CLUSTER_FOLDER));
const ledger = await openLedger({ kind: "embedded", dataDir, logger });
await ledger.migrate();
// Nobody makes a database of them here, and half of the cluster's files are theirs.
for (const template of ["template0", "template1"]) {
  await sql`update pg_database set datistemplate = false where datname = ${template}`.execute(
    ledger.db,
  );
  await sql`drop database ${sql.id(template)}`.execute(ledger.db);
}
await ledger.close();
// Not before: a ledger that is opened meanwhile copies the one that was there.
for (const name of earlier) rmSync(join(clusters, name), { recursive: true });
renameSync(join(dataDir, CLUSTER_FOLDER), cluster);
rmSync(dataDir, { recursive: true });
