export { openSharedTestLedger } from "./shared-test-ledger.ts";
export type { SharedTestLedger } from "./shared-test-ledger.ts";
export { openTestLedger, openTestPostgres } from "./test-ledger.ts";
export type { TestLedger } from "./test-ledger.ts";
