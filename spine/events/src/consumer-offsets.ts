import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { LOG_START } from "./position.ts";
import type { Position } from "./position.ts";

/** How far a named consumer of the log has come, so that it goes on where it stopped. */
export interface ConsumerOffsets {
  /** @returns the start of the log for a consumer that never advanced */
  read(consumer: string): Promise<Position>;
  /**
   * Moves on, in the transaction that holds the consumer's own work, so that both are done once.
   * @returns false when the consumer is not at `from`: another process did this work; roll back
   */
  advance(
    trx: LedgerTransaction,
    consumer: string,
    step: { readonly from: Position; readonly to: Position },
  ): Promise<boolean>;
}

export function createConsumerOffsets(deps: {
  readonly ledger: Ledger;
  readonly clock: Clock;
}): ConsumerOffsets {
  const { ledger, clock } = deps;
  return {
    read: async (consumer) => {
      const row = await ledger.db
        .selectFrom("consumer_offsets")
        .select("position")
        .where("consumer", "=", consumer)
        .executeTakeFirst();
      return (row?.position ?? LOG_START) as Position;
    },
    advance: async (trx, consumer, { from, to }) => {
      const advanced = { position: to, advanced_at: clock.now() };
      if (from === LOG_START) {
        const started = await trx
          .insertInto("consumer_offsets")
          .values({ consumer, ...advanced })
          .onConflict((conflict) => conflict.column("consumer").doNothing())
          .executeTakeFirst();
        if (started.numInsertedOrUpdatedRows === 1n) return true;
      }
      const moved = await trx
        .updateTable("consumer_offsets")
        .set(advanced)
        .where("consumer", "=", consumer)
        .where("position", "=", from)
        .executeTakeFirst();
      return moved.numUpdatedRows === 1n;
    },
  };
}
