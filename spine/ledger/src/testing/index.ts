export { openTestLedger, openTestPostgres } from "./test-ledger.ts";
export type { TestLedger } from "./test-ledger.ts";
