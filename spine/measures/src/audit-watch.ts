import type { AuditVerifier } from "@crossdock/audit";
import { createRepeating, type Logger, type Metrics, type Repeating } from "@crossdock/runtime";
import { Gauge } from "prom-client";

export type AuditWatchOptions = {
  readonly audit: AuditVerifier;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** From the end of one verification to the beginning of the next. */
  readonly everyMs: number;
};

/** Verifies the whole audit journal again and again: what was changed behind our back is seen without being asked for. */
export function createAuditWatch({
  audit,
  logger,
  metrics,
  everyMs,
}: AuditWatchOptions): Repeating {
  const registers = [metrics];
  const intact = new Gauge({
    name: "crossdock_audit_chain_intact",
    help: "1 while every row of the audit journal is as it was written and none is missing, 0 from when one is not.",
    registers,
  });
  const rows = new Gauge({
    name: "crossdock_audit_rows",
    help: "Rows of the audit journal that the last verification looked at.",
    registers,
  });
  // Nothing was found yet.
  intact.set(1);
  return createRepeating({
    work: async (signal) => {
      const found = await audit.verify(signal);
      intact.set(found.holds ? 1 : 0);
      rows.set(found.rows);
      if (!found.holds) logger.error({ broken: found.broken }, "the audit journal does not hold");
    },
    everyMs,
    logger,
    whenFailed: "the audit journal could not be verified, it is tried again",
  });
}
