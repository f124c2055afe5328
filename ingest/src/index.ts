export { createIngest } from "./ingest.ts";
export type { Ingest, IngestOptions } from "./ingest.ts";
export type { MasterDataPace } from "./master-data.ts";
