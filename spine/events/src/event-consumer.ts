import type { LedgerTransaction } from "@crossdock/ledger";
import type { RecordedEvent } from "./recorded-event.ts";

/** Somebody who does work for each event of some types, and can be given an event again. */
export interface EventConsumer {
  readonly name: string;
  /** The types that it takes: names as in `orders.orderReleased`. */
  readonly types: readonly string[];
  /**
   * What `handle` would do about the event as things stand, in a sentence. Changes nothing.
   * @returns `null` when it would do nothing
   */
  describe(event: RecordedEvent): Promise<string | null>;
  /** Does it. Done twice it is as if it was done once. Calls no source: the transaction is open meanwhile. */
  handle(trx: LedgerTransaction, event: RecordedEvent): Promise<void>;
}
