import { parentPort, workerData } from "node:worker_threads";
import { inspectSupergraph } from "./inspect.ts";
import type { InspectionRequest } from "./inspect.ts";

parentPort?.postMessage(inspectSupergraph(workerData as InspectionRequest));
