import { InvalidValueError } from "@crossdock/domain";
import type { OperationUse, UsageBatch, UsageStore } from "@crossdock/gateway";
import type { RecordedUse } from "@crossdock/gateway/schema-check";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { USAGE_KEPT_DAYS } from "./usage-kept-days.ts";

/** Who used what, in the ledger: counts by day, client and operation, of all processes together. */
export interface UsageBook extends UsageStore {
  /**
   * What was used from a day on, by client and operation; most often first.
   * @param days today and so many days before it, 1 to 90
   * @throws {InvalidValueError} more was used than can be told at once
   */
  usedWithin(days: number): Promise<readonly RecordedUse[]>;
}

const DAY_MS = 86_400_000;
const DAY_CHARACTERS = "2026-11-22".length;
/** Operations of clients that are told at once, and what their variables had. */
const MAX_TOLD_USES = 20_000;
const MAX_TOLD_IN_VARIABLES = 200_000;
/** Rows of one statement: the protocol has room for 65,535 parameters. */
const ROWS_AT_ONCE = 1_000;

export function createUsageBook(
  ledger: Pick<Ledger, "db" | "transaction">,
  clock: Clock,
): UsageBook {
  let prunedOn = "";
  const dayBefore = (days: number) =>
    new Date(clock.nowMs() - days * DAY_MS).toISOString().slice(0, DAY_CHARACTERS);

  return {
    add: async (batch) => {
      await ledger.transaction(async (trx) => {
        await addShapes(trx, batch, dayBefore(0));
        await addUses(trx, batch.uses);
      });
      const today = dayBefore(0);
      if (prunedOn === today) return;
      prunedOn = today;
      await prune(ledger, dayBefore(USAGE_KEPT_DAYS));
    },
    usedWithin: async (days) => {
      const from = dayBefore(days);
      const uses = await ledger.db
        .selectFrom("operation_usage as use")
        .innerJoin("used_operations as operation", "operation.signature", "use.signature")
        .where("use.used_on", ">=", from)
        .groupBy(["use.client_id", "operation.signature"])
        .select([
          "use.client_id",
          "operation.signature",
          "operation.operation_name",
          "operation.coordinates",
          sql<string>`sum(use.count)`.as("count"),
          sql<string>`max(use.used_on)::text`.as("last_used_on"),
        ])
        .orderBy(sql`sum(use.count)`, "desc")
        .limit(MAX_TOLD_USES + 1)
        .execute();
      const given = await ledger.db
        .selectFrom("variable_usage")
        .where("used_on", ">=", from)
        .groupBy(["client_id", "signature", "coordinate"])
        .select(["client_id", "signature", "coordinate", sql<string>`sum(count)`.as("count")])
        .limit(MAX_TOLD_IN_VARIABLES + 1)
        .execute();
      if (uses.length > MAX_TOLD_USES || given.length > MAX_TOLD_IN_VARIABLES) {
        throw new InvalidValueError("days", days, "fewer: more was used than can be told at once");
      }
      const inVariables = new Map<string, (readonly [string, number])[]>();
      for (const { client_id: clientId, signature, coordinate, count } of given) {
        const key = JSON.stringify([clientId, signature]);
        const known = inVariables.get(key) ?? [];
        known.push([coordinate, Number(count)]);
        inVariables.set(key, known);
      }
      return uses.map((use) => ({
        clientId: use.client_id,
        operationName: use.operation_name,
        signature: use.signature,
        count: Number(use.count),
        lastUsedOn: use.last_used_on,
        coordinates: use.coordinates,
        inVariables: inVariables.get(JSON.stringify([use.client_id, use.signature])) ?? [],
      }));
    },
  };
}

async function addShapes(trx: LedgerTransaction, { shapes }: UsageBatch, today: string) {
  const ordered = [...shapes].sort((a, b) => (a.signature < b.signature ? -1 : 1));
  for (const part of parts(ordered)) {
    await trx
      .insertInto("used_operations")
      .values(
        part.map(({ signature, operationName, kind, coordinates }) => ({
          signature,
          operation_name: operationName,
          kind,
          coordinates,
          seen_on: today,
        })),
      )
      .onConflict((conflict) => conflict.column("signature").doUpdateSet({ seen_on: today }))
      .execute();
  }
}

/** In one order everywhere, so that two processes never wait for each other. */
async function addUses(trx: LedgerTransaction, uses: readonly OperationUse[]) {
  const ordered = [...uses].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  for (const part of parts(ordered)) {
    await trx
      .insertInto("operation_usage")
      .values(
        part.map(({ usedOn, clientId, signature, count, lastUsedAt }) => ({
          used_on: usedOn,
          client_id: clientId,
          signature,
          count: String(count),
          last_used_at: lastUsedAt,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(["used_on", "client_id", "signature"]).doUpdateSet({
          count: sql`operation_usage.count + excluded.count`,
          last_used_at: sql`greatest(operation_usage.last_used_at, excluded.last_used_at)`,
        }),
      )
      .execute();
  }
  const given = ordered.flatMap(({ usedOn, clientId, signature, inVariables }) =>
    [...inVariables].sort().map(([coordinate, count]) => ({
      used_on: usedOn,
      client_id: clientId,
      signature,
      coordinate,
      count: String(count),
    })),
  );
  for (const part of parts(given)) {
    await trx
      .insertInto("variable_usage")
      .values([...part])
      .onConflict((conflict) =>
        conflict
          .columns(["used_on", "client_id", "signature", "coordinate"])
          .doUpdateSet({ count: sql`variable_usage.count + excluded.count` }),
      )
      .execute();
  }
}

function keyOf({ usedOn, clientId, signature }: OperationUse): string {
  return JSON.stringify([usedOn, clientId, signature]);
}

async function prune({ db }: Pick<Ledger, "db">, before: string): Promise<void> {
  await db.deleteFrom("variable_usage").where("used_on", "<", before).execute();
  await db.deleteFrom("operation_usage").where("used_on", "<", before).execute();
  await db.deleteFrom("used_operations").where("seen_on", "<", before).execute();
}

function parts<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, at) =>
    rows.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE),
  );
}
