export type { BulkLoad } from "./bulk-load.ts";
export { isSourceDown } from "./cached-read.ts";
export type { CachedRead, Remembered, Sourced, Wish } from "./cached-read.ts";
export { createReadCache } from "./read-cache.ts";
export type { ReadCache } from "./read-cache.ts";
export type { Ages, ReaderOptions } from "./reader.ts";
