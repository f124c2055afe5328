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
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { z } from "zod";
import type { ExceptionRecord } from "./exception-book.ts";
import { exceptionChangedOf } from "./exception-writer.ts";
import { resolveFinding } from "./finding.ts";
import { lockOrders } from "./order-book-writer.ts";
import type { OrderProcess } from "./order-process.ts";
import type { TurnFindings } from "./turn-findings.ts";

/** Each bill that needs a person, until it does not any more. */
export const billFindings: TurnFindings<BillException> = {
  of: billExceptionsOf,
  isSame: (one, other) => one.number === other.number && one.code === other.code,
  subjectOf: ({ number }, { id }) => billSubject(id, number),
  findingOf: (exception, { state }) => findingOf(state.id, exception),
  closingNote: "The bill waits for this no more.",
};

function findingOf(orderId: OrderId, { number, code, detail }: BillException) {
  const { owner, action } = ADVICE[code];
  return {
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
  await resolveFinding(trx, exception.subject, decision, at, async (closed) => {
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
    const events = [exceptionChangedOf(closed, "CLOSED")];
    await process.apply(trx, [{ orderId, event }], events, trace);
  });
}
