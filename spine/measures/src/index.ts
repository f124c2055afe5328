export { createAuditWatch } from "./audit-watch.ts";
export { createEventMeasures, MEASURES } from "./event-measures.ts";
export { createFlowGauges } from "./flow-gauges.ts";
export { createFreeSpaceGauge } from "./free-space-gauge.ts";
export { ageSeconds } from "./gauge-reader.ts";
export type { GaugeReader } from "./gauge-reader.ts";
export { createLedgerGauges } from "./ledger-gauges.ts";
export type { LedgerGauges, LedgerGaugesOptions } from "./ledger-gauges.ts";
export { createWorkListGauge } from "./work-list-gauge.ts";
