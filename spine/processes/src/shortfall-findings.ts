import {
  openShortfalls,
  shipmentSubject,
  type ExceptionAdvice,
  type LineShortfall,
  type OpenShortfall,
  type OrderState,
  type ShortfallReason,
} from "@crossdock/domain";
import { isDeepStrictEqual } from "node:util";
import type { TurnFindings } from "./turn-findings.ts";

/**
 * Each shipment that fell short of something, until the rest has left or nobody wants it any more. Where the goods come from
 * instead is found without a person.
 */
export const shortfallFindings: TurnFindings<OpenShortfall> = {
  of: openShortfalls,
  isSame: isDeepStrictEqual,
  subjectOf: ({ shipmentId }) => shipmentSubject(shipmentId),
  findingOf: (shortfall, { state }) => findingOf(state, shortfall),
  closingNote: "What was missing has left, or is wanted no more, or more is missing.",
};

function findingOf(state: OrderState, shortfall: OpenShortfall) {
  const { shipmentId, shipmentNumber, shortfalls } = shortfall;
  const reason = shortfalls[0]?.reason ?? "SHORT_PICK";
  const { code, advice } = REASONS[reason];
  const words = shortfalls.map((each) => sentenceOf(state, each)).join("; ");
  return {
    name: `shipment-${shipmentId}`,
    class: "BUSINESS_RULE",
    code,
    ...advice,
    summary: `Shipment ${shipmentNumber} of order ${state.number ?? state.id} is not whole: ${words}.`,
    payload: {
      orderId: state.id,
      shipmentId,
      shortfalls: shortfalls.map(({ lineNumber, quantity, reason: why }) => ({
        lineNumber,
        quantity: quantity.value,
        uom: quantity.uom,
        reason: why,
      })),
    },
  } as const;
}

function sentenceOf(
  { draft }: OrderState,
  { lineNumber, quantity, reason }: LineShortfall,
): string {
  const sku = draft.lines.find((line) => line.lineNumber === lineNumber)?.sku ?? "an item";
  return `${quantity.value} ${quantity.uom} of ${sku} ${REASONS[reason].words}`;
}

const GOES_ON =
  "What is missing is looked for in other warehouses by itself; this closes when it has left, or is wanted no more.";

const REASONS: Readonly<
  Record<
    ShortfallReason,
    { readonly code: string; readonly words: string; readonly advice: ExceptionAdvice }
  >
> = {
  SHORT_PICK: {
    code: "SHORT_PICK",
    words: "were not on the shelf",
    advice: {
      owner: "warehouse",
      action: {
        code: "COUNT_SHELF",
        text: `Count the shelf and look for what should lie there. ${GOES_ON}`,
      },
    },
  },
  DAMAGED: {
    code: "DAMAGED_GOODS",
    words: "were damaged",
    advice: {
      owner: "warehouse",
      action: {
        code: "WRITE_OFF_DAMAGED",
        text: `Write the damaged pieces off, or claim them from who broke them. ${GOES_ON}`,
      },
    },
  },
  WRONG_LOT: {
    code: "WRONG_LOT",
    words: "were of another lot than the label says",
    advice: {
      owner: "warehouse",
      action: {
        code: "CHECK_LOT",
        text: `Look which lot lies on the shelf, and have its labels corrected. ${GOES_ON}`,
      },
    },
  },
};
