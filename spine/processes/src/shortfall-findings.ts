import {
  openShortfalls,
  shipmentSubject,
  type ExceptionAdvice,
  type Instant,
  type LineShortfall,
  type OpenShortfall,
  type OrderState,
  type ShortfallReason,
} from "@crossdock/domain";
import type { NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { isDeepStrictEqual } from "node:util";
import { exceptionRaisedOf } from "./exception-writer.ts";
import { closeFinding, openFinding, type Finding } from "./finding.ts";

/** How an order stood before something happened to it, and after. */
export type OrderTurn = {
  readonly before: OrderState;
  readonly state: OrderState;
  readonly happenedAt: Instant;
  readonly trace: { readonly correlationId: string };
};

/**
 * Puts each shipment that fell short of something before the warehouse, and takes that back when the rest has left or
 * nobody wants it any more. Where the goods come from instead is found without a person.
 * @returns what operators who follow the exceptions are told
 */
export async function tellShortfallFindings(
  trx: LedgerTransaction,
  turns: readonly OrderTurn[],
): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  for (const { before, state, happenedAt: at, trace } of turns) {
    const { correlationId } = trace;
    const [were, are] = [openShortfalls(before), openShortfalls(state)];
    for (const { shipmentId } of were.filter((each) => !isIn(are, each))) {
      const note = "What was missing has left, or is wanted no more, or more is missing.";
      const decision = { by: CLOSED_BY, resolution: "CORRECTED", note } as const;
      await closeFinding(trx, shipmentSubject(shipmentId), decision, at);
    }
    for (const shortfall of are.filter((each) => !isIn(were, each))) {
      const opened = await openFinding(trx, findingOf(state, shortfall), { at, correlationId });
      if (opened !== null) events.push(exceptionRaisedOf(opened));
    }
  }
  return events;
}

/** Who closes what needs nobody any more. */
const CLOSED_BY = "order-to-cash";

function isIn(shortfalls: readonly OpenShortfall[], one: OpenShortfall): boolean {
  return shortfalls.some((other) => isDeepStrictEqual(other, one));
}

function findingOf(state: OrderState, shortfall: OpenShortfall): Finding {
  const { shipmentId, shipmentNumber, shortfalls } = shortfall;
  const reason = shortfalls[0]?.reason ?? "SHORT_PICK";
  const { code, advice } = REASONS[reason];
  const words = shortfalls.map((each) => sentenceOf(state, each)).join("; ");
  return {
    subject: shipmentSubject(shipmentId),
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
  };
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
