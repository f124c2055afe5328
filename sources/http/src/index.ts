export * from "./budget.ts";
export * from "./json.ts";
export * from "./remember.ts";
export * from "./source-http.ts";
export * from "./token-source.ts";
export * from "./unexpected.ts";
