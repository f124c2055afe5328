import {
  creditedBefore,
  creditMemoNumberOf,
  invoiceSubject,
  judgeCredit,
  parseCurrencyCode,
  parseDecimal,
  parseLocalDate,
  ZERO,
  type CreditedBefore,
  type CreditedQuantity,
  type CreditMemoDraft,
  type InvoiceId,
} from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type {
  ClaimedCredit,
  CreditMemoBook,
  CreditMemoRecord,
  WantedCredit,
} from "./credit-memo-book.ts";

/** What became of the command says whether the credit counts: nothing was changed in finance by these. */
const UNDONE = ["REJECTED", "CANCELLED", "COMPENSATED"];

/** The credit memo book in the ledger. */
export function createCreditMemoBook(ledger: Pick<Ledger, "db" | "transaction">): CreditMemoBook {
  return {
    readCreditMemos: (ids) => readCreditMemos(ledger.db, ids),
    claimCredit: (wanted) => ledger.transaction((trx) => claimCredit(trx, wanted)),
  };
}

async function claimCredit(trx: LedgerTransaction, wanted: WantedCredit): Promise<ClaimedCredit> {
  const { commandId, invoice, reason, issuedOn } = wanted;
  const { memos, serial } = await lockCredits(trx, invoice.id);
  const known = memos.find((memo) => memo.commandId === commandId) ?? null;
  // What was claimed was judged, and finance may have issued it since: it is what it was.
  const judged =
    known === null
      ? judgeCredit({ lines: wanted.lines, amount: null }, invoice, creditedBefore(invoice, memos))
      : judgeCredit(
          { lines: known.lines, amount: null },
          { ...invoice, status: "POSTED" },
          NOTHING,
        );
  if (judged.kind === "refused" || invoice.number === null) {
    const [first] = judged.kind === "refused" ? judged.userErrors : [];
    const message = first?.message ?? "The invoice has no number.";
    return { kind: "refused", code: first?.code ?? "INVOICE_NOT_OPEN", message };
  }
  const { isTaxIncluded, lines, total } = judged;
  const number = known?.number ?? creditMemoNumberOf(invoice.number, serial);
  if (known === null) {
    const memo = { number, serial, commandId, reason, issuedOn, total, lines: wanted.lines };
    await saveCreditMemo(trx, invoice.id, memo);
  }
  const { id: invoiceId, customerNumber } = invoice;
  const draft: CreditMemoDraft = {
    number,
    invoiceId,
    customerNumber,
    currency: total.currency,
    issuedOn: known?.issuedOn ?? issuedOn,
    reason: known?.reason ?? reason,
    isTaxIncluded,
    lines,
  };
  return { kind: "claimed", draft };
}

const NOTHING: CreditedBefore = { lines: [], total: ZERO };

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
