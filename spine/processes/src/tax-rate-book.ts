import {
  dateOf,
  invoiceDraftOf,
  jurisdictionOf,
  parseDecimal,
  ratesOf,
  type Address,
  type CustomerNumber,
  type Instant,
  type OrderState,
  type TaxRates,
} from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";

/** By which rates customers were taxed last, for bills whose tax nobody can say. */
export interface TaxRateBook {
  /** @returns `null` for a customer who was never taxed there */
  readRates(customer: CustomerNumber, shipTo: Address): Promise<TaxRates | null>;
}

export function createTaxRateBook({ db }: Pick<Ledger, "db">): TaxRateBook {
  return {
    async readRates(customer, shipTo) {
      const row = await db
        .selectFrom("tax_rates")
        .select(["goods", "freight"])
        .where("customer_number", "=", customer)
        .where("jurisdiction", "=", jurisdictionOf(shipTo))
        .executeTakeFirst();
      if (row === undefined) return null;
      return { goods: parseDecimal(row.goods), freight: parseDecimal(row.freight) };
    },
  };
}

/** Notes the rates of bills whose tax the tax source has just told; of two in one transaction the later bill's. */
export async function noteTaxRates(
  trx: LedgerTransaction,
  turns: readonly {
    readonly before: OrderState;
    readonly state: OrderState;
    readonly happenedAt: Instant;
  }[],
): Promise<void> {
  const rows = new Map<string, readonly [CustomerNumber, string, TaxRates, Instant]>();
  for (const { before, state, happenedAt } of turns) {
    for (const { number, shipmentId, tax, openedAt } of state.invoices) {
      const told = tax?.trueUp?.due ?? tax?.known ?? null;
      const known = before.invoices.find((bill) => bill.number === number)?.tax ?? null;
      if (told === null || shipmentId === null) continue;
      if (told === (known?.trueUp?.due ?? known?.known)) continue;
      const draft = invoiceDraftOf(state, shipmentId, number, dateOf(openedAt));
      const rates = draft === null ? null : ratesOf(draft, told);
      if (rates === null) continue;
      const { customerNumber, shipTo } = state.draft;
      const jurisdiction = jurisdictionOf(shipTo);
      rows.set(`${customerNumber} ${jurisdiction}`, [
        customerNumber,
        jurisdiction,
        rates,
        happenedAt,
      ]);
    }
  }
  // In one order, so that two transactions do not wait for each other.
  for (const [, [customer, jurisdiction, { goods, freight }, at]] of [...rows].sort(byKey)) {
    await sql`
      insert into tax_rates (customer_number, jurisdiction, goods, freight, told_at)
      values (${customer}, ${jurisdiction}, ${goods}, ${freight}, ${at})
      on conflict (customer_number, jurisdiction) do update
      set goods = excluded.goods, freight = excluded.freight, told_at = excluded.told_at
      where tax_rates.told_at <= excluded.told_at`.execute(trx);
  }
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
