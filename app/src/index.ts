export { openLocalIssuer } from "./local-issuer.ts";
export type { LocalIssuer, MintOptions } from "./local-issuer.ts";
export { worstCases } from "./worst-cases.ts";
