import type { SteppingIn } from "@crossdock/commands";
import {
  billExceptionsOf,
  billSubject,
  type BillDecision,
  type BillException,
  type BillExceptionCode,
  type ExceptionAdvice,
  type Instant,
  type InvoiceNumber,
  type OrderId,
  type OrderState,
} from "@crossdock/domain";
import type { NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { z } from "zod";
import type { ExceptionRecord } from "./exception-book.ts";
import { exceptionRaisedOf } from "./exception-writer.ts";
import { closeFinding, openFinding, resolveFinding } from "./finding.ts";
import { lockOrders } from "./order-book-writer.ts";
import type { OrderProcess } from "./order-process.ts";

/** How the bills of an order stood before something happened to it, and after. */
export type BilledOrderChange = {
  readonly before: OrderState;
  readonly state: OrderState;
  readonly happenedAt: Instant;
  readonly trace: { readonly correlationId: string };
};

/**
 * Puts each bill that now needs a person before one, and takes back what needs nobody any more.
 * @returns what operators who follow the exceptions are told
 */
export async function tellBillFindings(
  trx: LedgerTransaction,
  changes: readonly BilledOrderChange[],
): Promise<readonly NewEvent[]> {
  const events: NewEvent[] = [];
  for (const { before, state, happenedAt: at, trace } of changes) {
    const [were, are] = [billExceptionsOf(before), billExceptionsOf(state)];
    for (const { number } of were.filter((each) => !are.some(isSameAs(each)))) {
      const note = "The bill waits for this no more.";
      await closeFinding(
        trx,
        billSubject(state.id, number),
        { by: CLOSED_BY, resolution: "CORRECTED", note },
        at,
      );
    }
    for (const exception of are.filter((each) => !were.some(isSameAs(each)))) {
      const opened = await openFinding(trx, findingOf(state.id, exception), {
        at,
        correlationId: trace.correlationId,
      });
      if (opened !== null) events.push(exceptionRaisedOf(opened));
    }
  }
  return events;
}

/** Who closes what needs nobody any more. */
const CLOSED_BY = "order-to-cash";

function isSameAs({ number, code }: BillException) {
  return (other: BillException): boolean => other.number === number && other.code === code;
}

function findingOf(orderId: OrderId, { number, code, detail }: BillException) {
  const { owner, action } = ADVICE[code];
  return {
    subject: billSubject(orderId, number),
    name: number,
    class: "BUSINESS_RULE",
    code,
    owner,
    action,
    summary: `Bill ${number} waits. ${detail}`,
    payload: { orderId, number, code },
  } as const;
}

const ADVICE: Readonly<Record<BillExceptionCode, ExceptionAdvice>> = {
  QUANTITY_MISMATCH: {
    owner: "warehouse",
    action: {
      code: "DECIDE_ON_QUANTITY",
      text: "Count what was shipped. Resolve as CORRECTED to bill all that was; else agree with the customer on its return first.",
    },
  },
  PRICE_DISCREPANCY: {
    owner: "finance",
    action: {
      code: "DECIDE_ON_PRICE",
      text: "Correct the price in the ERP, and the bill goes by itself; or resolve as CORRECTED to bill what was agreed.",
    },
  },
  FREIGHT_VARIANCE: {
    owner: "finance",
    action: {
      code: "DECIDE_ON_FREIGHT",
      text: "Resolve as CORRECTED to bill what the carrier charges, or as IGNORED to bill what was quoted.",
    },
  },
};

const payload = z.object({ orderId: z.string(), number: z.string() });

/**
 * Closes a bill's exception as a person decided, and lets the bill go on; one that is closed stays as it is.
 * Orders are locked before it, and the audit journal's head is last, as everybody locks them.
 */
export async function resolveBillFinding(
  trx: LedgerTransaction,
  exception: ExceptionRecord,
  decision: SteppingIn & { readonly resolution: BillDecision["resolution"] },
  { process, at }: { readonly process: Pick<OrderProcess, "apply">; readonly at: Instant },
): Promise<void> {
  const named = payload.parse(exception.payload);
  const orderId = named.orderId as OrderId;
  const number = named.number as InvoiceNumber;
  await lockOrders(trx, [orderId]);
  await resolveFinding(trx, exception.subject, decision, at, async () => {
    const { by, resolution, note } = decision;
    const decided = { code: exception.code as BillExceptionCode, resolution, by, note };
    const event = {
      kind: "billDecided",
      number,
      decision: decided,
      at,
      source: "crossdock",
    } as const;
    const trace = { correlationId: exception.correlationId, causationId: null };
    await process.apply(trx, [{ orderId, event }], [], trace);
  });
}
