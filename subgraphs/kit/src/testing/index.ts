export { askerOf, codesOf, dataOf } from "./ask.ts";
export type { Asker } from "./ask.ts";
export { viewerOf } from "./viewers.ts";
export { expireAll, readsOver } from "./reads-over.ts";
export type { ReadsOver } from "./reads-over.ts";
