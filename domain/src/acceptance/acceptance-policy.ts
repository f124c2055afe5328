import type { SubstitutionMode } from "../sourcing/substitutes.ts";
import type { Decimal } from "../decimal.ts";
import type { OrderChannel } from "../order.ts";

/** The distributor's own rules of taking orders, beside those that hold for every order. */
export type AcceptancePolicy = {
  /** Of these rules, as the distributor calls it: each order keeps it. */
  readonly version: string;
  /** For every channel, but for what `channels` says otherwise. */
  readonly rules: ChannelRules;
  readonly channels: Readonly<Partial<Record<OrderChannel, Partial<ChannelRules>>>>;
  /** An order that is held for its credit goes on by itself when the account's credit bears it. */
  readonly autoRelease: boolean;
  /** What a held order was promised stays set aside for it … */
  readonly reserveWhileHeld: boolean;
  /** … for so long. */
  readonly reservedHours: number;
};

/** What `null` is: no such rule. Amounts are in the order's currency, whichever that is. */
export type ChannelRules = {
  /** An order is worth that much at least, before tax and freight. */
  readonly minimumOrderValue: Decimal | null;
  /** At most `MAX_ORDER_LINES` in any case. */
  readonly maximumLines: number | null;
  /** Only these may be ordered: a sku, or the beginning of skus with a star after it. */
  readonly allowedItems: readonly string[] | null;
  /** None of these may be ordered; said as `allowedItems` is. */
  readonly blockedItems: readonly string[];
  /** From then on nothing is taken for the same day. */
  readonly cutOff: CutOff | null;
  readonly onCreditExceeded: RefuseOrHold;
  readonly onCustomerHold: RefuseOrHold;
  /** What is worth more waits for a person. */
  readonly approveAbove: Decimal | null;
  /** How far an expected price may be from ours. */
  readonly priceTolerance: PriceTolerance;
  /** What becomes of products that may stand in for others. */
  readonly substitution: SubstitutionMode;
};

export type RefuseOrHold = "refuse" | "hold";

/** Local time of the warehouse, or of whoever ships: 24 hours, as in 15:30. */
export type CutOff = { readonly time: string; readonly timeZone: string };

/** The larger of the two counts. */
export type PriceTolerance = {
  /** Per priced unit, in the order's currency. */
  readonly amount: Decimal;
  /** Of our price. */
  readonly percent: Decimal;
};

const NOTHING = "0" as Decimal;

/** What holds where the distributor says nothing. */
export const DEFAULT_CHANNEL_RULES: ChannelRules = {
  minimumOrderValue: null,
  maximumLines: null,
  allowedItems: null,
  blockedItems: [],
  cutOff: null,
  onCreditExceeded: "refuse",
  onCustomerHold: "refuse",
  approveAbove: null,
  priceTolerance: { amount: NOTHING, percent: NOTHING },
  substitution: "offered",
};

export const DEFAULT_ACCEPTANCE_POLICY: AcceptancePolicy = {
  version: "acceptance/1",
  rules: DEFAULT_CHANNEL_RULES,
  channels: {},
  autoRelease: true,
  reserveWhileHeld: true,
  reservedHours: 24,
};

/** The rules of one channel: what it does not say for itself is as for every channel. */
export function rulesOf(
  { rules, channels }: AcceptancePolicy,
  channel: OrderChannel,
): ChannelRules {
  return { ...rules, ...channels[channel] };
}
