import type { Decimal } from "./decimal.ts";
import type { CustomerNumber, InvoiceId, InvoiceNumber, ShipmentId } from "./identifiers.ts";
import type { InvoiceStatus } from "./invoice.ts";
import type { Money } from "./money.ts";
import type { Instant, LocalDate } from "./time.ts";

/** What has to be true before a shipment is billed, in the order in which it comes true. */
export const BILLING_CONDITION_CODES = [
  "SHIPMENT_CONFIRMED",
  "QUANTITIES_RECONCILED",
  "PRICE_CONFIRMED",
  "FREIGHT_KNOWN",
  "TAX_CALCULATED",
  "NO_OPEN_EXCEPTION",
] as const;
export type BillingConditionCode = (typeof BILLING_CONDITION_CODES)[number];

/** What an order's bills wait for: fixed when it is accepted, so that what is billed later follows one rule. */
export type BillingTerms = {
  /** Who says what tax is due: a tax source, or finance by its own rules as it books the bill. */
  readonly tax: "SOURCE" | "FINANCE";
  /** Whether the customer is charged for the way, or has it within the prices. */
  readonly freight: "BILLED" | "IN_PRICES";
  /** How far the ERP's price of a line may be from ours, as a part of ours; `null`: they are not compared. */
  readonly priceTolerance: Decimal | null;
  /** How far a carrier's charge may be from its quote, as a part of the quote. */
  readonly freightTolerance: Decimal;
  /** What becomes of a bill while nobody says what tax is due; it waits where it is left out. */
  readonly taxWhenAway?: TaxWhenAway;
  /** A difference between an estimated tax and what was due that is let be, in the bill's currency; none where it is left out. */
  readonly taxTolerance?: Decimal;
};

/**
 * - `hold` the bill waits for the tax source
 * - `estimate` it goes out with tax by the rate that the customer was last taxed by where the goods go, and what that was wrong by
 *   is settled once the source is back; a customer who was never taxed there waits
 */
export const TAX_WHEN_AWAY = ["hold", "estimate"] as const;
export type TaxWhenAway = (typeof TAX_WHEN_AWAY)[number];

/** What the distributor has decided about bills, whoever the customer is. */
export type BillingPolicy = {
  readonly priceTolerance: Decimal | null;
  readonly freightTolerance: Decimal;
  readonly freightBilledTo: readonly CustomerNumber[];
  /** A bill of a closed period waits for a person, or is dated the first day that is open. */
  readonly closedPeriod: "hold" | "nextOpenDay";
  readonly taxWhenAway: TaxWhenAway;
  /** So long a bill waits for the tax source before its tax is estimated. */
  readonly estimateAfterSeconds: number;
  readonly taxTolerance: Decimal;
};

/** What a policy means for the orders of one account, with the sources of billing that there are. */
export function billingTermsOf(
  { priceTolerance, freightTolerance, freightBilledTo, taxWhenAway, taxTolerance }: BillingPolicy,
  sources: { readonly hasTax: boolean; readonly hasCarrier: boolean },
): (customer: CustomerNumber) => BillingTerms {
  const charged = new Set(sources.hasCarrier ? freightBilledTo : []);
  return (customer) => ({
    tax: sources.hasTax ? "SOURCE" : "FINANCE",
    freight: charged.has(customer) ? "BILLED" : "IN_PRICES",
    priceTolerance,
    freightTolerance,
    ...(sources.hasTax && taxWhenAway === "estimate" && { taxWhenAway, taxTolerance }),
  });
}

/** Of orders that were accepted without terms of their own. */
export const PLAIN_TERMS: BillingTerms = {
  tax: "FINANCE",
  freight: "IN_PRICES",
  priceTolerance: null,
  freightTolerance: "0" as Decimal,
};

/** The bill for one shipment, from the moment in which it left. */
export type OrderInvoice = {
  readonly number: InvoiceNumber;
  /** What it bills; `null` where an older version did not write it down. */
  readonly shipmentId: ShipmentId | null;
  /** Since when it is to be raised: the shipment was seen to have left. */
  readonly openedAt: Instant;
  /** In the order of `BILLING_CONDITION_CODES`; empty where an older version asked finance at once. */
  readonly conditions: readonly BillingCondition[];
  readonly freight: BillFreight | null;
  readonly tax: BillTax | null;
  /** What a person has decided about what was wrong with it. */
  readonly decisions: readonly BillDecision[];
  /** When finance was asked for it; `null` while a condition is not met. */
  readonly requestedAt: Instant | null;
  /** `null` until finance has made it. */
  readonly id: InvoiceId | null;
  readonly status: InvoiceStatus | null;
  readonly total: Money | null;
  /** The bill's own date; `null` or left out until finance has told it. */
  readonly issuedOn?: LocalDate | null;
  /** Of the version of it that is known; left out where nobody told. */
  readonly modifiedAt?: Instant;
  readonly postedAt: Instant | null;
};

export type BillingCondition = {
  readonly code: BillingConditionCode;
  readonly met: boolean;
  /** Why not, for a clerk to read; `null` when it is met. */
  readonly detail: string | null;
  /** Since when it is as it is. */
  readonly since: Instant;
  /** What a person has to decide on; `null` while it comes true by itself. */
  readonly exception: BillExceptionCode | null;
};

/** What a bill needs a person for. */
export const BILL_EXCEPTION_CODES = [
  "QUANTITY_MISMATCH",
  "PRICE_DISCREPANCY",
  "FREIGHT_VARIANCE",
] as const;
export type BillExceptionCode = (typeof BILL_EXCEPTION_CODES)[number];

/**
 * - `CORRECTED` it is right as it is now: what was shipped, our price, what the carrier charges
 * - `IGNORED` it is billed nevertheless as it was agreed: our price, the freight that was quoted
 */
export type BillDecision = {
  readonly code: BillExceptionCode;
  readonly resolution: "CORRECTED" | "IGNORED";
  readonly by: string;
  readonly at: Instant;
  readonly note: string | null;
};

/** What the way costs. Net. */
export type BillFreight = {
  /** When the carrier was asked. */
  readonly askedAt: Instant;
  /** `null` until the carrier has answered. */
  readonly known: { readonly quoted: Money | null; readonly charged: Money } | null;
};

export type BillTax = {
  /** When the tax source was asked. */
  readonly askedAt: Instant;
  /** `null` until it has answered. */
  readonly known: CalculatedTax | null;
  /** When it was asked to take back what it recorded, because the bill is void; left out: never. */
  readonly voidedAt?: Instant;
  /** Of a tax that was estimated: what is due, and what became of the difference; left out before it is asked for. */
  readonly trueUp?: TaxTrueUp;
};

export type TaxTrueUp = {
  /** When the tax source was asked what is due. */
  readonly askedAt: Instant;
  /** `null` until it has answered. */
  readonly due: CalculatedTax | null;
  /** Left out while it is not asked for, and where the estimate was near enough. */
  readonly settlement?: {
    /** Above zero: the customer still owes it; below: it is credited. */
    readonly difference: Money;
    readonly askedAt: Instant;
    /** Finance's document; `null` until it has made it. */
    readonly documentNumber: string | null;
  };
};

/** In the order's currency. */
export type CalculatedTax = {
  readonly lines: readonly { readonly lineNumber: number; readonly tax: Money }[];
  readonly freightTax: Money;
  readonly total: Money;
  /** By the last known rates, while the tax source did not answer; left out: as it said. */
  readonly isEstimate?: true;
};
