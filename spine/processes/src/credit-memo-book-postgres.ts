import {
  invoiceSubject,
  parseCurrencyCode,
  parseDecimal,
  parseLocalDate,
  type CreditedQuantity,
  type InvoiceId,
} from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { CreditMemoBook, CreditMemoRecord } from "./credit-memo-book.ts";

/** What became of the command says whether the credit counts: nothing was changed in finance by these. */
const UNDONE = ["REJECTED", "CANCELLED", "COMPENSATED"];

/** The credit memo book in the ledger. */
export function createCreditMemoBook({ db }: Pick<Ledger, "db">): CreditMemoBook {
  return { readCreditMemos: (ids) => readCreditMemos(db, ids) };
}

/** The credits of one invoice, as those that ask for one see them one after the other. */
export type InvoiceCredits = {
  readonly memos: readonly CreditMemoRecord[];
  /** Of the next one. */
  readonly serial: number;
};

/**
 * Waits until nobody else is crediting the invoice, and keeps others waiting until this transaction ends.
 * The first lock of its transaction.
 */
export async function lockCredits(
  trx: LedgerTransaction,
  invoiceId: InvoiceId,
): Promise<InvoiceCredits> {
  const lock = `credits of ${invoiceSubject(invoiceId)}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(trx);
  const { last } = await trx
    .selectFrom("credit_memos")
    .select(({ fn }) => fn.max<number | null>("serial").as("last"))
    .where("invoice_id", "=", invoiceId)
    .executeTakeFirstOrThrow();
  const [memos = []] = await readCreditMemos(trx, [invoiceId]);
  return { memos, serial: (last ?? 0) + 1 };
}

/**
 * Only after `lockCredits` of its invoice, and under its serial: nobody else touches these rows, so that it
 * waits for nobody, also where the event log is locked already.
 */
export async function saveCreditMemo(
  trx: LedgerTransaction,
  invoiceId: InvoiceId,
  memo: Omit<CreditMemoRecord, "financeId"> & { readonly serial: number },
): Promise<void> {
  const { number, serial, commandId, reason, issuedOn, total, lines } = memo;
  await trx
    .insertInto("credit_memos")
    .values({
      number,
      invoice_id: invoiceId,
      serial,
      command_id: commandId,
      reason,
      issued_on: issuedOn,
      total: total.amount,
      currency: total.currency,
      lines: JSON.stringify(lines),
    })
    .execute();
}

async function readCreditMemos(
  db: Ledger["db"],
  ids: readonly InvoiceId[],
): Promise<readonly (readonly CreditMemoRecord[])[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("credit_memos")
    .innerJoin("commands", "commands.id", "credit_memos.command_id")
    .selectAll("credit_memos")
    .select(["status", "result_id"])
    .where("invoice_id", "in", [...ids])
    .where("commands.status", "not in", UNDONE)
    .orderBy("serial")
    .execute();
  const recordOf = (row: (typeof rows)[number]): CreditMemoRecord => ({
    number: row.number,
    commandId: row.command_id,
    reason: row.reason,
    issuedOn: parseLocalDate(row.issued_on),
    total: { amount: parseDecimal(row.total), currency: parseCurrencyCode(row.currency) },
    lines: row.lines as CreditedQuantity[],
    financeId: row.status === "SUCCEEDED" ? row.result_id : null,
  });
  return ids.map((id) => rows.filter((row) => row.invoice_id === id).map(recordOf));
}
