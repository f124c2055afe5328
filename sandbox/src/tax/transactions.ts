import type { Store } from "../kit/store.ts";
import type { World } from "../world/world.ts";
import { calculate, summarize, total, type TaxedLine } from "./calculate.ts";
import { TaxProblem } from "./problems.ts";
import type { TransactionInput } from "./transaction-input.ts";

/** A document as it is kept. */
export type TransactionRow = {
  readonly id: number;
  readonly code: string;
  readonly type: string;
  readonly status: "Temporary" | "Saved" | "Committed" | "Cancelled";
  readonly version: number;
  readonly adjustmentReason: string;
  readonly modifiedAt: string;
  readonly input: TransactionInput;
  readonly lines: readonly TaxedLine[];
};

export interface Transactions {
  /** An order is answered and forgotten; an invoice is kept, and replaces an uncommitted one of its code. */
  create(input: TransactionInput): TransactionRow;
  /** As `create`; an invoice that is there already becomes the next version of itself. */
  createOrAdjust(input: TransactionInput, reason: string): TransactionRow;
  /** @throws {TaxProblem} there is none */
  get(code: string): TransactionRow;
  void(code: string): TransactionRow;
  values(): IterableIterator<TransactionRow>;
}

const FIRST_ID = 700_000_001;
const KEPT = new Set(["SalesInvoice", "ReturnInvoice"]);

export function createTransactions(world: World, store: Store, now: () => Date): Transactions {
  const rows = store.collection<TransactionRow>("transactions");
  const exempt = new Set(
    world.customers
      .filter(({ resaleCertificate }) => resaleCertificate !== null)
      .map(({ number }) => number),
  );
  let estimates = 0;

  const rowOf = (
    input: TransactionInput,
    known: TransactionRow | undefined,
    adjustmentReason: string,
  ): TransactionRow => {
    const isKept = KEPT.has(input.type);
    const isExempt =
      exempt.has(input.customerCode) || input.exemptionNo != null || input.entityUseCode != null;
    const lines = calculate(input, isExempt);
    return {
      id: isKept ? (known?.id ?? FIRST_ID + rows.size) : 0,
      code: input.code ?? `estimate-${String((estimates += 1))}`,
      type: input.type,
      status: isKept ? (input.commit ? "Committed" : "Saved") : "Temporary",
      version: (known?.version ?? 0) + 1,
      adjustmentReason,
      modifiedAt: now().toISOString(),
      input,
      lines,
    };
  };
  const keep = (row: TransactionRow): TransactionRow => {
    if (KEPT.has(row.type)) rows.put(row.code, row);
    return row;
  };
  const known = (input: TransactionInput) =>
    input.code == null ? undefined : rows.get(input.code);
  const get = (code: string): TransactionRow => {
    const row = rows.get(code);
    if (row !== undefined) return row;
    throw new TaxProblem(404, "EntityNotFoundError", `Document with ID '${code}' not found.`);
  };

  return {
    create(input) {
      const there = known(input);
      if (KEPT.has(input.type) && there?.status === "Committed") {
        throw new TaxProblem(
          400,
          "DocStatusError",
          "The tax document could not be saved: its status does not allow it.",
        );
      }
      return keep(rowOf(input, undefined, "NotAdjusted"));
    },
    createOrAdjust(input, reason) {
      const there = known(input);
      const isThere = there !== undefined && there.status !== "Cancelled";
      return keep(rowOf(input, there, isThere ? reason : "NotAdjusted"));
    },
    get,
    void(code) {
      const row = { ...get(code), status: "Cancelled" as const, modifiedAt: now().toISOString() };
      rows.put(code, row);
      return row;
    },
    values: () => rows.values(),
  };
}

/** The document as the vendor shows it. */
export function renderTransaction(row: TransactionRow): Record<string, unknown> {
  const { input, lines } = row;
  const totalTax = total(lines.map(({ tax }) => tax));
  return {
    id: row.id,
    code: row.code,
    companyId: 1,
    date: input.date.slice(0, 10),
    status: row.status,
    type: row.type,
    currencyCode: input.currencyCode,
    customerCode: input.customerCode,
    customerVendorCode: input.customerCode,
    exemptNo: input.exemptionNo ?? "",
    entityUseCode: input.entityUseCode ?? "",
    purchaseOrderNo: input.purchaseOrderNo ?? "",
    referenceCode: input.referenceCode ?? "",
    totalAmount: total(lines.map(({ lineAmount }) => lineAmount)),
    totalExempt: total(lines.map(({ exemptAmount }) => exemptAmount)),
    totalTaxable: total(lines.map(({ taxableAmount }) => taxableAmount)),
    totalDiscount: 0,
    totalTax,
    totalTaxCalculated: totalTax,
    adjustmentReason: row.adjustmentReason,
    locked: false,
    version: row.version,
    modifiedDate: row.modifiedAt,
    lines: lines.map((line) => ({
      ...line,
      isItemTaxable: true,
      taxCalculated: line.tax,
      taxIncluded: false,
    })),
    summary: summarize(lines),
  };
}
