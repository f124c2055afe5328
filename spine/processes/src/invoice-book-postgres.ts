import {
  instantOf,
  OPEN_STATUSES,
  parseDecimal,
  type CustomerNumber,
  type Instant,
  type Invoice,
  type InvoiceId,
  type LocalDate,
  type OrderId,
  type OrderNumber,
} from "@crossdock/domain";
import {
  createGatheredRead,
  type Ledger,
  type LedgerTables,
  type LedgerTransaction,
} from "@crossdock/ledger";
import { sql, type Selectable, type SelectQueryBuilder } from "kysely";
import { ofAccounts } from "./account-condition.ts";
import { countRows, MAX_KEYS_READ } from "./book-walk.ts";
import { closeDisputes, readOpenDisputes } from "./disputes.ts";
import { HISTORY_READ } from "./history.ts";
import type { InvoiceBook, InvoiceQuery, InvoiceRecord, InvoiceScope } from "./invoice-book.ts";

type Row = Selectable<LedgerTables["invoice_book"]> & {
  readonly dispute: { readonly reason: string; readonly openedAt: string } | null;
};
type Seen = Pick<Row, "invoice" | "seen_at" | "dispute">;
type Selection<Output> = SelectQueryBuilder<LedgerTables, "invoice_book", Output>;

export type BilledOrder = {
  readonly id: OrderId;
  readonly status: "INVOICED";
  readonly customerNumber: CustomerNumber;
};

/** Drafts have no issue date yet: they sort before every date that a calendar has. */
const NOT_ISSUED = "0001-01-01";

/** The invoice book in the ledger. */
export function createInvoiceBook(ledger: Pick<Ledger, "db" | "kind">): InvoiceBook {
  const { db } = ledger;
  const byNumber = createGatheredRead<string, InvoiceRecord | null>(ledger, {
    maxKeys: MAX_KEYS_READ,
    read: async (numbers) => {
      const { rows } = await sql<Seen>`
        select invoice, seen_at, dispute
        from invoices_by_number(${[...numbers]}::text[])`.execute(db);
      const found = new Map(rows.map(recordOf).map((one) => [one.invoice.number as string, one]));
      return numbers.map((number) => found.get(number) ?? null);
    },
  });
  return {
    readInvoices: createGatheredRead<InvoiceId, InvoiceRecord | null>(ledger, {
      maxKeys: MAX_KEYS_READ,
      read: async (ids) => {
        const rows = await db
          .selectFrom("invoice_book")
          .selectAll()
          .select(openDispute())
          .where(sql<boolean>`id = any(${[...ids]})`)
          .execute();
        const found = new Map(rows.map((row) => [row.id, recordOf(row)]));
        return ids.map((id) => found.get(id) ?? null);
      },
    }),
    findByNumber: async (number) => (await byNumber([number]))[0] ?? null,
    readInvoicesOfOrders: createGatheredRead<OrderNumber, readonly InvoiceRecord[]>(ledger, {
      maxKeys: MAX_KEYS_READ,
      read: async (numbers) => {
        const { rows } = await sql<Seen>`
          select invoice, seen_at, dispute
          from invoices_of_orders(${[...numbers]}::text[])`.execute(db);
        const records = rows.map(recordOf);
        return numbers.map((number) =>
          records.filter(({ invoice }) => invoice.orderNumbers.includes(number)),
        );
      },
    }),
    async listInvoices(query) {
      const rows = await matching(db.selectFrom("invoice_book"), query)
        .$if(query.after !== null, (select) =>
          select.where(
            sql<boolean>`(${issued()}, id) < (${query.after?.key}::date, ${query.after?.id})`,
          ),
        )
        .selectAll()
        .select(openDispute())
        .orderBy(issued(), "desc")
        .orderBy("id", "desc")
        .limit(query.first + 1)
        .execute();
      const page = rows.slice(0, query.first).map((row) => ({
        record: recordOf(row),
        position: { key: row.issued_on ?? NOT_ISSUED, id: row.id },
      }));
      return { rows: page, hasNextPage: rows.length > query.first };
    },
    async countInvoices(query, atMost) {
      const bounded = matching(db.selectFrom("invoice_book"), query).select("id").limit(atMost);
      return countRows(db, bounded);
    },
    async walkInvoices(scope, { after, first }) {
      const rows = await within(db.selectFrom("invoice_book"), scope)
        .$if(after !== null, (select) => select.where("id", ">", after ?? ""))
        .selectAll()
        .select(openDispute())
        .orderBy("id")
        .limit(first)
        .execute();
      return rows.map(recordOf);
    },
    async countScope(scope, atMost) {
      const bounded = within(db.selectFrom("invoice_book"), scope).select("id").limit(atMost);
      return countRows(db, bounded);
    },
    readOpenDisputes: (ids) => readOpenDisputes(db, ids),
    async readOpenBalance(customerNumber) {
      const { rows } = await sql<{ balance: string | null }>`
        select open_balance_of(${customerNumber}, ${`%-invoice${HISTORY_READ}`}) as balance`.execute(
        db,
      );
      const balance = rows[0]?.balance ?? null;
      return balance === null ? null : parseDecimal(balance);
    },
  };
}

/** Reads invoices for change. @param ids at most 1,000 */
export async function lockInvoices(
  trx: LedgerTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Invoice>> {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom("invoice_book")
    .select(["id", "invoice"])
    .where("id", "in", [...ids])
    .orderBy("id")
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row.invoice as Invoice]));
}

/**
 * Takes note of invoices, and of the ERP's own orders that they bill: an order that the ERP shows
 * as shipped is INVOICED once finance has posted a bill for it. What is settled is not disputed any more.
 * @param invoices at most 1,000, distinct
 * @returns the ERP's own orders that became INVOICED
 */
export async function saveInvoices(
  trx: LedgerTransaction,
  invoices: readonly Invoice[],
  seenAt: Instant,
): Promise<readonly BilledOrder[]> {
  if (invoices.length === 0) return [];
  await trx
    .insertInto("invoice_book")
    .values(
      invoices.map((invoice) => ({
        id: invoice.id,
        number: invoice.number,
        customer_number: invoice.customerNumber,
        status: invoice.status,
        order_numbers: [...invoice.orderNumbers],
        issued_on: invoice.issuedOn,
        due_on: invoice.dueOn,
        balance: invoice.balance.amount,
        invoice: JSON.stringify(invoice),
        seen_at: seenAt,
      })),
    )
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet({
        number: sql`excluded.number`,
        status: sql`excluded.status`,
        order_numbers: sql`excluded.order_numbers`,
        issued_on: sql`excluded.issued_on`,
        due_on: sql`excluded.due_on`,
        balance: sql`excluded.balance`,
        invoice: sql`excluded.invoice`,
        seen_at: sql`excluded.seen_at`,
      }),
    )
    .execute();
  const settled = invoices.filter(({ status }) => !OPEN_STATUSES.includes(status));
  await closeDisputes(trx, settled, seenAt);
  const billed = invoices
    .filter(({ status }) => status !== "DRAFT" && status !== "VOID")
    .flatMap(({ orderNumbers }) => orderNumbers);
  if (billed.length === 0) return [];
  const rows = await trx
    .updateTable("order_book")
    .set({ status: "INVOICED" })
    .where("number", "in", billed)
    .where("state", "is", null)
    .where("status", "in", ["SHIPPED", "DELIVERED"])
    .returning(["id", "customer_number"])
    .execute();
  return rows.map((row) => ({
    id: row.id as OrderId,
    status: "INVOICED",
    customerNumber: row.customer_number as CustomerNumber,
  }));
}

function recordOf({ invoice: document, seen_at, dispute }: Seen): InvoiceRecord {
  const invoice = document as Invoice;
  return {
    invoice,
    seenAt: instantOf(seen_at),
    dispute: dispute && {
      invoiceId: invoice.id,
      reason: dispute.reason,
      openedAt: instantOf(new Date(dispute.openedAt)),
    },
  };
}

/** With its invoice, whose status it decides: it is asked for as often. */
function openDispute() {
  // Written out, though the ledger has a function for it: one that reads a table is begun anew for each row of a page.
  return sql<Row["dispute"]>`(
    select jsonb_build_object('reason', reason, 'openedAt', opened_at) from disputes
    where invoice_id = invoice_book.id and closed_at is null)`.as("dispute");
}

/** As the indexes of the book have it: written out, so that they are found. */
function issued() {
  return sql`coalesce(issued_on, ${sql.lit(NOT_ISSUED)}::date)`;
}

/** As `statusWithDispute` of the domain has it, and OVERDUE by today's date: no event tells that a day has passed. */
function shownStatus(today: LocalDate) {
  return sql`case when status = any(${[...OPEN_STATUSES]}) and exists (
      select from disputes where disputes.invoice_id = invoice_book.id and closed_at is null
    ) then 'DISPUTED'
    when status in ('POSTED', 'PARTIALLY_PAID') and due_on < ${today}::date then 'OVERDUE'
    else status end`;
}

/** Somebody owes it, and should have paid. */
function isOverdue(today: LocalDate) {
  return sql<boolean>`(coalesce(due_on < ${today}::date, false) and balance > 0
    and status not in ('DRAFT', 'VOID'))`;
}

function within<Output>(
  from: Selection<Output>,
  { customerNumbers, orderNumbers }: InvoiceScope,
): Selection<Output> {
  let select = from;
  if (customerNumbers !== "all") {
    select = select.where(ofAccounts(customerNumbers));
  }
  if (orderNumbers !== undefined) {
    select = select.where(sql<boolean>`order_numbers && ${[...orderNumbers]}`);
  }
  return select;
}

function matching<Output>(from: Selection<Output>, query: InvoiceQuery): Selection<Output> {
  const { visibleTo, customerNumber, statuses, issuedFrom, issuedTo, overdue, today } = query;
  let select = from;
  if (visibleTo !== "all") {
    select = select.where(ofAccounts(visibleTo));
  }
  if (customerNumber !== undefined) select = select.where("customer_number", "=", customerNumber);
  if (statuses !== undefined) {
    select = select.where(sql<boolean>`${shownStatus(today)} = any(${[...statuses]})`);
  }
  if (issuedFrom !== undefined) select = select.where("issued_on", ">=", issuedFrom);
  if (issuedTo !== undefined) select = select.where("issued_on", "<=", issuedTo);
  if (overdue !== undefined) {
    select = select.where(overdue ? isOverdue(today) : sql<boolean>`not ${isOverdue(today)}`);
  }
  return select;
}
