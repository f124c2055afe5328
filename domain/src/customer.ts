import type { Address } from "./address.ts";
import type { CustomerNumber } from "./identifiers.ts";
import type { CurrencyCode, Money } from "./money.ts";

export type CustomerStatus = "ACTIVE" | "ON_HOLD" | "CLOSED";

/** An account that buys. The ERP owns it. */
export type Customer = {
  readonly number: CustomerNumber;
  readonly name: string;
  readonly status: CustomerStatus;
  readonly currency: CurrencyCode;
  /** Which price list of the ERP the account is on; `null` when on none. */
  readonly priceGroup: string | null;
  /** `null`: no limit. */
  readonly creditLimit: Money | null;
  readonly shipToAddresses: readonly Address[];
};

/** What an account owes. Finance owns it. */
export type Receivables = {
  readonly customerNumber: CustomerNumber;
  /** Sum of what is open on posted invoices, less unapplied credits. */
  readonly balance: Money;
  /** The part of `balance` whose due date has passed. */
  readonly overdue: Money;
  /** Open amounts by days past due, youngest first; the last bucket is open-ended. */
  readonly aging: readonly AgingBucket[];
};

export type AgingBucket = {
  readonly fromDays: number;
  readonly toDays: number | null;
  readonly amount: Money;
};
