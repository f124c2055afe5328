import { parentPort } from "node:worker_threads";
import { inspectSupergraph } from "./inspect.ts";
import type { InspectionRequest } from "./inspect.ts";

parentPort?.on("message", (request: InspectionRequest) => {
  parentPort?.postMessage(inspectSupergraph(request));
});
