import { rmSync } from "node:fs";
import { join } from "node:path";
import { EMPTY_CLUSTER, prepareCluster } from "./cluster.ts";

/** Run by `npm run build`: see EMPTY_CLUSTER. */
rmSync(EMPTY_CLUSTER, { recursive: true, force: true });
await prepareCluster(EMPTY_CLUSTER, join(EMPTY_CLUSTER, "never"));
