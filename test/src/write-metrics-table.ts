import { readFile, writeFile } from "node:fs/promises";
import { format } from "prettier";
import { metricsOf, withTable } from "./metrics-table.ts";

/** `node --import tsx test/src/write-metrics-table.ts http://127.0.0.1:4000`, of a program with Redis and every part of crossdock.yaml. */
const [, , url = "http://127.0.0.1:4000"] = process.argv;
const page = new URL("../../docs/platform.md", import.meta.url);
const exposition = await (await fetch(`${url}/metrics`)).text();
const text = withTable(await readFile(page, "utf8"), metricsOf(exposition));
await writeFile(page, await format(text, { parser: "markdown", printWidth: 100 }));
