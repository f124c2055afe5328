import fc from "fast-check";
import {
  ACCEPTANCE_HOLD_CODES,
  type AcceptanceHoldCode,
} from "../../acceptance/order-acceptance.ts";

/**
 * What there is to know of one order at the sources and of its buyer, whoever hears of it first. Everything that is
 * told of one truth, in whatever order, has to come to one end.
 */
export type Truth = {
  readonly lines: readonly TrueLine[];
  /** What the ERP says to the order. */
  readonly creation: "created" | "refused";
  /** What the warehouse says to a release. */
  readonly release: "taken" | "refused";
  /** How the warehouse sends what is released: at least one. */
  readonly parcels: readonly Parcel[];
  /** Where its goods come from; `null`: all from one warehouse. */
  readonly plan: Plan | null;
  /** What it waits for before anybody hears of it, and what is decided. */
  readonly approvals: readonly AcceptanceHoldCode[];
  readonly isDeclined: boolean;
  readonly isTaxedBySource: boolean;
  /** The tax source is away when it is first asked, and bills go out with an estimate. */
  readonly isTaxEstimated: boolean;
  readonly isFreightBilled: boolean;
  /** The ERP has another price than the order for the first line, and somebody decides which holds. */
  readonly isPricedOtherwise: boolean;
  readonly request: TrueRequest | null;
  readonly troubles: readonly Trouble[];
  /** Of the journey of each parcel, how far it is when the warehouse answers that it has taken the release. */
  readonly toldLate: boolean;
};

/** `boxes` boxes of `perBox` pieces. */
export type TrueLine = { readonly boxes: number; readonly perBox: number };

/** Of each line, by its place and as far as there is so much of it: pieces. */
export type Plan = {
  readonly elsewhere: readonly number[];
  /** No warehouse has them. */
  readonly missing: readonly number[];
  readonly shipComplete: boolean;
  /** For what waits, as often as something has to; else it waits for ever. */
  readonly stockComes: boolean;
  /** Where it does not come, a person finds some all the same. */
  readonly isSourcedByHand: boolean;
};

export type Parcel = {
  /** Of each line, by its place, how much of it goes along, beside the other parcels. */
  readonly weights: readonly number[];
  /** Of each line, by its place, the pieces that are not found when it is packed; one is left of each. */
  readonly short: readonly number[];
  readonly reaches: (typeof REACHES)[number];
  /** After so many steps something is in its way, and then it goes on; `null`: nothing is. */
  readonly exceptionAfter: number | null;
  /** What becomes of its bill: finance may refuse it, and a person may leave it. */
  readonly bill: "made" | "refused" | "ended";
  /** How often its bill is paid a part of. */
  readonly payments: number;
};

export const REACHES = [
  "RELEASED",
  "PICKING",
  "PACKED",
  "SHIPPED",
  "IN_TRANSIT",
  "DELIVERED",
] as const;

/** Something that the buyer wants of the whole order, and who says no to it; `null`: nobody. */
export type TrueRequest = { readonly refusedBy: "warehouse" | "erp" | null } & (
  | { readonly kind: "cancel" }
  /** Boxes of each line, by its place; `null` where only the date is another. */
  | { readonly kind: "amend"; readonly boxes: readonly number[] | null }
);

/** A command that does not come through at once. */
export type Trouble = {
  readonly command: TroubledCommand;
  /** Attempts that reach nobody. */
  readonly postponed: number;
  /** It came before a person, who has it tried again, or ends it. */
  readonly failed: "never" | "retried" | "ended";
};

export const TROUBLED = [
  "createOrder",
  "releaseOrder",
  "readFreight",
  "calculateTax",
  "raiseInvoice",
  "trueUpTax",
  "settleTax",
  "cancelRelease",
  "removeOrder",
  "rewriteOrder",
] as const;
export type TroubledCommand = (typeof TROUBLED)[number];

const MAX_LINES = 4;
const MAX_PARCELS = 3;
const MAX_BOXES = 5;
const MAX_WEIGHT = 3;
const MAX_PIECES = 9;
/** Which the process goes the usual way in most of. */
const mostly = <Usual, Odd>(usual: Usual, odd: Odd) =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constant(odd) },
  );

const boxes = fc.array(fc.integer({ min: 1, max: MAX_BOXES }), {
  minLength: MAX_LINES,
  maxLength: MAX_LINES,
});
const refusedBy = fc.constantFrom(null, "warehouse" as const, "erp" as const);

const pieces = fc.array(fc.oneof(fc.constant(0), fc.nat(MAX_PIECES)), {
  minLength: MAX_LINES,
  maxLength: MAX_LINES,
});
const none = Array.from({ length: MAX_LINES }, () => 0);

const parcel: fc.Arbitrary<Parcel> = fc.record({
  weights: fc.array(fc.nat(MAX_WEIGHT), { minLength: MAX_LINES, maxLength: MAX_LINES }),
  short: fc.oneof({ weight: 3, arbitrary: fc.constant(none) }, { weight: 1, arbitrary: pieces }),
  reaches: fc.constantFrom(...[...REACHES].reverse()),
  exceptionAfter: fc.option(fc.nat(REACHES.length), { freq: 3 }),
  bill: fc.oneof(
    { weight: 7, arbitrary: fc.constant("made" as const) },
    { weight: 2, arbitrary: fc.constantFrom("refused" as const, "ended" as const) },
  ),
  payments: fc.nat(2),
});

const request: fc.Arbitrary<TrueRequest> = fc.oneof(
  fc.record({ kind: fc.constant("cancel" as const), refusedBy }),
  fc.record({
    kind: fc.constant("amend" as const),
    refusedBy,
    boxes: fc.option(boxes, { freq: 3 }),
  }),
);

const trouble: fc.Arbitrary<Trouble> = fc.record({
  command: fc.constantFrom(...TROUBLED),
  postponed: fc.nat(2),
  failed: fc.constantFrom(
    "never" as const,
    "retried" as const,
    "retried" as const,
    "ended" as const,
  ),
});

/** Orders of one to four lines that go all ways that the process knows. */
export const truths: fc.Arbitrary<Truth> = fc
  .record({
    lines: fc.array(
      fc.record({
        boxes: fc.integer({ min: 1, max: MAX_BOXES }),
        perBox: fc.constantFrom(1, 3, 12),
      }),
      { minLength: 1, maxLength: MAX_LINES },
    ),
    creation: mostly("created" as const, "refused" as const),
    release: mostly("taken" as const, "refused" as const),
    parcels: fc.array(parcel, { minLength: 1, maxLength: MAX_PARCELS }),
    plan: fc.option(
      fc.record({
        elsewhere: pieces,
        missing: pieces,
        shipComplete: fc.boolean(),
        stockComes: fc.boolean(),
        isSourcedByHand: fc.boolean(),
      }),
    ),
    approvals: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...ACCEPTANCE_HOLD_CODES)) },
    ),
    isDeclined: mostly(false, true),
    isTaxedBySource: fc.boolean(),
    isTaxEstimated: fc.boolean(),
    isFreightBilled: fc.boolean(),
    isPricedOtherwise: mostly(false, true),
    request: fc.option(request, { freq: 2 }),
    troubles: fc.uniqueArray(trouble, { maxLength: 2, selector: ({ command }) => command }),
    toldLate: fc.boolean(),
  })
  .map(possible);

/**
 * What cannot be true together is left out: whom a person ends a step for is not asked for it by a client at the same
 * time, for then it depends on who was first; nobody takes back what a source has refused; and what waits for a decision
 * cannot be amended.
 */
function possible(truth: Truth): Truth {
  const { request: wanted, creation, release } = truth;
  if (wanted === null) return truth;
  const isRefused = creation === "refused" || release === "refused" || truth.isDeclined;
  return {
    ...truth,
    request: isRefused ? null : wanted,
    approvals: wanted.kind === "amend" ? [] : truth.approvals,
    parcels: truth.parcels.map((one) => (one.bill === "ended" ? { ...one, bill: "made" } : one)),
    troubles: truth.troubles.map((one) =>
      one.failed === "ended" ? { ...one, failed: "retried" } : one,
    ),
  };
}
