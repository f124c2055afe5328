export { askerOf, codesOf, dataOf } from "./ask.ts";
export type { Asker } from "./ask.ts";
export { viewerOf } from "./viewers.ts";
