import type {
  CustomerNumber,
  Decimal,
  Dispute,
  Instant,
  Invoice,
  InvoiceId,
  InvoiceStatus,
  LocalDate,
  OrderNumber,
} from "@crossdock/domain";
import type { WalkPage } from "./book-walk.ts";
import type { BookPosition } from "./shipment-book.ts";

/** One row for every sales invoice that finance's feed has told us of. */
export type InvoiceRecord = {
  readonly invoice: Invoice;
  readonly seenAt: Instant;
  /** What is open of it; `null` where its customer agrees. */
  readonly dispute: Dispute | null;
};

export type InvoiceQuery = {
  readonly visibleTo: readonly CustomerNumber[] | "all";
  readonly customerNumber?: CustomerNumber;
  /** As readers are told them: an open invoice with a dispute is DISPUTED and nothing else, one that was due before `today` is OVERDUE. */
  readonly statuses?: readonly InvoiceStatus[];
  /** Inclusive. */
  readonly issuedFrom?: LocalDate;
  /** Inclusive. */
  readonly issuedTo?: LocalDate;
  /** Only those that were posted, with an open balance that was due before `today`; `false`: only the others. */
  readonly overdue?: boolean;
  readonly today: LocalDate;
  /** 1 to `MAX_INVOICES_PER_PAGE`; newest issue date first. A draft is last, and moves when it is issued. */
  readonly first: number;
  readonly after: BookPosition | null;
};

export const MAX_INVOICES_PER_PAGE = 100;

/** Which invoices a walk through the book meets. */
export type InvoiceScope = {
  readonly customerNumbers: readonly CustomerNumber[] | "all";
  /** Those that bill something of one of these, at most 500; not given: all. */
  readonly orderNumbers?: readonly OrderNumber[];
};

export interface InvoiceBook {
  /** @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id */
  readInvoices(ids: readonly InvoiceId[]): Promise<readonly (InvoiceRecord | null)[]>;
  findByNumber(number: string): Promise<InvoiceRecord | null>;
  /** @returns per order, in key order, its invoices oldest first */
  readInvoicesOfOrders(
    numbers: readonly OrderNumber[],
  ): Promise<readonly (readonly InvoiceRecord[])[]>;
  listInvoices(query: InvoiceQuery): Promise<{
    readonly rows: readonly { readonly record: InvoiceRecord; readonly position: BookPosition }[];
    readonly hasNextPage: boolean;
  }>;
  /** How many invoices match, whatever the page, counted no further than `atMost`. */
  countInvoices(query: InvoiceQuery, atMost: number): Promise<number>;
  /** The invoices of a scope by their ids, each once however it changes meanwhile. */
  walkInvoices(scope: InvoiceScope, page: WalkPage<InvoiceId>): Promise<readonly InvoiceRecord[]>;
  /** How many invoices a walk would meet, counted no further than `atMost`. */
  countScope(scope: InvoiceScope, atMost: number): Promise<number>;
  /** @param ids 1 to 500, distinct @returns in key order, `null` where no dispute is open */
  readOpenDisputes(ids: readonly InvoiceId[]): Promise<readonly (Dispute | null)[]>;
  /**
   * What is open on the account's posted invoices: the credit check's answer without a call to finance.
   * Credits that finance has not applied to an invoice are not in it.
   * @returns `null` while finance's history is not wholly in the book
   */
  readOpenBalance(customerNumber: CustomerNumber): Promise<Decimal | null>;
}
