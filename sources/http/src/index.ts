export * from "./budget.ts";
export * from "./health.ts";
export * from "./json.ts";
export * from "./remember.ts";
export * from "./source-budget.ts";
export * from "./source-http.ts";
export * from "./token-source.ts";
export * from "./unexpected.ts";
export { headerCount, type Headers } from "./wire.ts";
