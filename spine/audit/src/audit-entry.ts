import type { Instant } from "@crossdock/domain";

/** One step of a command, as it is kept for good. */
export type AuditEntry = {
  readonly at: Instant;
  /** The person or system that made the step. */
  readonly actor: string;
  /** What was done: `accepted`, `claimed`, `settled` … */
  readonly step: string;
  readonly commandId: string;
  readonly commandType: string;
  /** What came of it: the command's status, with the code of an error behind it. */
  readonly outcome: string;
  readonly correlationId: string;
  /** SHA-256, in hex, of what the command asks for. */
  readonly payloadHash: string;
};

/** Before the first row. */
export const CHAIN_START = "0".repeat(64);

/** The one spelling of an entry that is hashed: a list in fixed order, so that no key can move. */
export function canonicalEntry(entry: AuditEntry): string {
  const { at, actor, step, commandId, commandType, outcome, correlationId, payloadHash } = entry;
  return JSON.stringify([
    at,
    actor,
    step,
    commandId,
    commandType,
    outcome,
    correlationId,
    payloadHash,
  ]);
}
