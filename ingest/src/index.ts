export { createFeedMetrics } from "./feed-metrics.ts";
export { createIngest } from "./ingest.ts";
export type { Ingest, IngestOptions } from "./ingest.ts";
export { createMasterData } from "./master-data.ts";
export type { MasterData, MasterDataPace } from "./master-data.ts";
