import type { Instant, OrderState, Subject } from "@crossdock/domain";
import type { NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { exceptionChangedOf, exceptionRaisedOf } from "./exception-writer.ts";
import { closeFinding, openFinding, type Finding } from "./finding.ts";

/** How an order stood before something happened to it, and after. */
export type OrderTurn = {
  readonly before: OrderState;
  readonly state: OrderState;
  readonly happenedAt: Instant;
  readonly trace: { readonly correlationId: string };
};

/** Something about orders that a person has to know of for as long as they stand so. */
export type TurnFindings<Waiting> = {
  /** All of it in an order as it stands; of one subject at most one. */
  readonly of: (state: OrderState) => readonly Waiting[];
  /** Whether the person knows of it already. */
  readonly isSame: (one: Waiting, other: Waiting) => boolean;
  readonly subjectOf: (waiting: Waiting, state: OrderState) => Subject;
  readonly findingOf: (
    waiting: Waiting,
    turn: Pick<OrderTurn, "before" | "state">,
  ) => Omit<Finding, "subject">;
  /** Why nobody has to look any more. */
  readonly closingNote: string;
};

/** Who closes what needs nobody any more. */
const CLOSED_BY = "order-to-cash";

/**
 * Closes what does not hold any more, and puts before a person what holds now and did not before.
 * @returns what operators who follow the exceptions are told
 */
export async function tellTurnFindings<Waiting>(
  trx: LedgerTransaction,
  turns: readonly OrderTurn[],
  { of, isSame, subjectOf, findingOf, closingNote }: TurnFindings<Waiting>,
): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  const closing = { by: CLOSED_BY, resolution: "CORRECTED", note: closingNote } as const;
  for (const { before, state, happenedAt: at, trace } of turns) {
    const { correlationId } = trace;
    const [were, are] = [of(before), of(state)];
    for (const gone of were.filter((each) => !are.some((other) => isSame(other, each)))) {
      const closed = await closeFinding(trx, subjectOf(gone, state), closing, at);
      if (closed !== null) events.push(exceptionChangedOf(closed, "CLOSED"));
    }
    for (const found of are.filter((each) => !were.some((other) => isSame(other, each)))) {
      const finding = {
        subject: subjectOf(found, state),
        ...findingOf(found, { before, state }),
      };
      const opened = await openFinding(trx, finding, { at, correlationId });
      if (opened !== null) events.push(exceptionRaisedOf(opened));
    }
  }
  return events;
}
