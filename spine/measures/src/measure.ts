import type { RecordedEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";

/** What is counted and timed of some types of events. */
export interface Measure {
  readonly types: readonly string[];
  /**
   * Reads what the events leave out, with a fixed number of bounded statements.
   * @param events of its types, oldest first
   * @returns counts them; called when it is certain that nobody else does
   */
  look(trx: LedgerTransaction, events: readonly RecordedEvent[]): Promise<() => void>;
}

/** From one instant to another, never less than 0: two systems' clocks may disagree. */
export function secondsBetween(from: Date | string, to: Date | string): number {
  return Math.max(0, (new Date(to).getTime() - new Date(from).getTime()) / MS_PER_SECOND);
}

const MS_PER_SECOND = 1_000;
