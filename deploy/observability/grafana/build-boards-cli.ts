import { mkdir, writeFile } from "node:fs/promises";
import { format } from "prettier";
import { allBoards } from "./all-boards.ts";
import { grafanaOf } from "./board.ts";

/** Writes `dashboards/`: what Grafana imports. */
const folder = new URL("dashboards/", import.meta.url);
await mkdir(folder, { recursive: true });
for (const board of allBoards) {
  const text = await format(JSON.stringify(grafanaOf(board)), { parser: "json", printWidth: 100 });
  await writeFile(new URL(`${board.uid}.json`, folder), text);
}
