import { compareDecimals, type Decimal } from "../decimal.ts";
import { printMoney, type Money } from "../money.ts";
import { addDays, dateOf, type Instant } from "../time.ts";

/** What becomes of goods that came back. */
export const DISPOSITIONS = ["RESTOCK", "QUARANTINE", "SCRAP"] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** What a return is promised when it is asked for. */
export type ReturnTerms = {
  /** Goods of these are credited; of the others the buyer gets nothing. */
  readonly creditFor: readonly Disposition[];
  /** What of a credit finds no open invoice is paid back; else it stays with finance as the customer's credit. */
  readonly refund: boolean;
};

/** What the distributor agrees to without looking, and what it pays. */
export type ReturnPolicy = {
  /** `null`: a person decides on each. */
  readonly autoApprove: {
    /** In the order's currency, without tax; what costs as much or more is for a person. */
    readonly below: Decimal;
    /** Calendar days after delivery, that of the last one included. */
    readonly withinDays: number;
  } | null;
  /** Whether the buyer is credited for goods that have to be scrapped. */
  readonly creditScrapped: boolean;
  readonly refund: boolean;
};

/** Everything is for a person, and what nobody owes is the customer's credit. */
export const CAUTIOUS_RETURNS: ReturnPolicy = {
  autoApprove: null,
  creditScrapped: false,
  refund: false,
};

export function termsOf({ creditScrapped, refund }: ReturnPolicy): ReturnTerms {
  return {
    creditFor: creditScrapped ? [...DISPOSITIONS] : ["RESTOCK", "QUARANTINE"],
    refund,
  };
}

export type Approval = {
  readonly isAutomatic: boolean;
  /** The rule and what it saw, for the timeline. */
  readonly reason: string;
};

/**
 * Whether a return may begin without a person.
 * @param value what its goods cost, without tax; `null` where we do not know their prices
 * @param deliveredAt when the last of them arrived, or left; `null` where nobody told
 */
export function approve(
  { autoApprove }: ReturnPolicy,
  asked: {
    readonly value: Money | null;
    readonly deliveredAt: Instant | null;
    readonly at: Instant;
  },
): Approval {
  const { value, deliveredAt, at } = asked;
  const person = (reason: string) => ({ isAutomatic: false, reason });
  if (autoApprove === null) return person("Every return is decided by a person.");
  if (value === null) return person("What the goods cost is not known here.");
  const { below, withinDays } = autoApprove;
  const limit = printMoney({ ...value, amount: below });
  if (compareDecimals(value.amount, below) >= 0) {
    return person(`${printMoney(value)} is not below ${limit}.`);
  }
  if (deliveredAt === null) return person("When the goods were delivered is not known.");
  const last = addDays(dateOf(deliveredAt), withinDays);
  if (dateOf(at) > last) {
    return person(`The ${String(withinDays)} days after delivery ended on ${last}.`);
  }
  return {
    isAutomatic: true,
    reason: `${printMoney(value)} is below ${limit}, asked for by ${last}.`,
  };
}
