import type {
  Address,
  CurrencyCode,
  CustomerNumber,
  Decimal,
  LocalDate,
  Money,
  Sku,
} from "@crossdock/domain";
import type { Writer, WriteOutcome } from "./write-outcome.ts";

/** Goods and freight as they are billed, to be taxed where they are delivered. */
export type TaxDraft = {
  /** Ours, 1 to 50 characters, e.g. an invoice number: names the document at the source. */
  readonly documentNumber: string;
  readonly customerNumber: CustomerNumber;
  readonly currency: CurrencyCode;
  /** The day by whose rates it is taxed, as the seller's calendar has it. */
  readonly date: LocalDate;
  /** Where the goods leave from; `null` where that is not decided yet: then they are taxed as from `shipTo`. */
  readonly shipFrom: Address | null;
  readonly shipTo: Address;
  /** At least one, line numbers distinct and above zero. */
  readonly lines: readonly TaxDraftLine[];
  /** What the customer is charged for the way, net; `null` when it is part of the prices. */
  readonly freight: Money | null;
};

export type TaxDraftLine = {
  readonly lineNumber: number;
  /** `null` for what is no item, such as a service. */
  readonly sku: Sku | null;
  readonly description: string;
  /** Above zero, in the unit of the line. */
  readonly quantity: Decimal;
  /** Net of the whole line, in the draft's currency. */
  readonly amount: Money;
};

/** What is due. All money in the draft's currency, rounded to its smallest unit. */
export type TaxAnswer = {
  readonly documentNumber: string;
  /** One entry per line of the draft, in the order of its lines. */
  readonly lines: readonly TaxedLine[];
  /** Zero without freight, or where freight is not taxed. */
  readonly freightTax: Money;
  /** Sum of the lines' tax and the freight's. */
  readonly total: Money;
  /** Who levies it, in the order of the source; empty where nothing is due. Their `tax` sums up to `total`. */
  readonly jurisdictions: readonly TaxJurisdiction[];
};

export type TaxedLine = { readonly lineNumber: number; readonly tax: Money };

export type TaxJurisdiction = {
  /** As the source names it, e.g. `OHIO`. */
  readonly name: string;
  /** Part of the taxable amount, e.g. `0.0575`. */
  readonly rate: Decimal;
  readonly tax: Money;
};

/** A document that counts for nobody's tax return any more. */
export type VoidedTax = { readonly documentNumber: string };

/**
 * Says what tax is due, and keeps the documents that the seller's tax return is made of. A document is named by its number:
 * recorded twice it is there once. The writes end REFUSED where the source does not take the document, e.g. for an
 * address that it does not find.
 */
export interface TaxCalculator extends Writer {
  /**
   * What would be due. It leaves nothing at the source.
   * @returns refused as `recordTax` would be
   * @throws {SourceUnavailableError} no answer
   */
  estimateTax(draft: TaxDraft, signal: AbortSignal): Promise<WriteOutcome<TaxAnswer>>;
  /** The recorded document of this number; `null` when there is none, or when it is voided. */
  findTax(documentNumber: string, signal: AbortSignal): Promise<TaxAnswer | null>;
  /**
   * Records the document. One of the same number that has other lines or amounts is replaced; a voided one is recorded anew.
   * Refused PERIOD_CLOSED where its number is in a return that is filed.
   * @throws {UnknownOutcomeError} it may have been recorded
   * @throws {SourceUnavailableError} it was not
   */
  recordTax(draft: TaxDraft, signal: AbortSignal): Promise<WriteOutcome<TaxAnswer>>;
  /**
   * Takes a recorded document out of the seller's tax return. What is voided already, or was never recorded, is done.
   * @throws {UnknownOutcomeError} it may have been voided
   * @throws {SourceUnavailableError} it was not
   */
  voidTax(documentNumber: string, signal: AbortSignal): Promise<WriteOutcome<VoidedTax>>;
}
