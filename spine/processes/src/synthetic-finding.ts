import { probeSubject, type Instant, type SyntheticResult } from "@crossdock/domain";
import type { NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { exceptionChangedOf, exceptionRaisedOf } from "./exception-writer.ts";
import { closeFinding, openFinding } from "./finding.ts";

export const SYNTHETIC_FAILED = "SYNTHETIC_FAILED";
const PROBE = "synthetic-order";
/** Who closes what needs nobody any more. */
const CLOSED_BY = "synthetic-orders";

/**
 * Puts it before the operator when a synthetic order stopped, and takes it back when one came through again. One that
 * was skipped or given up by its process says nothing about the path.
 * @returns what operators who follow the exceptions are told
 */
export async function tellSyntheticFinding(
  trx: LedgerTransaction,
  { id, result }: { readonly id: string; readonly result: SyntheticResult },
  { at, correlationId }: { readonly at: Instant; readonly correlationId: string },
): Promise<readonly NewEvent[]> {
  const subject = probeSubject(PROBE);
  if (result.outcome === "PASSED") {
    const note = "A synthetic order came through again.";
    const decision = { by: CLOSED_BY, resolution: "CORRECTED", note } as const;
    const closed = await closeFinding(trx, subject, decision, at);
    return closed === null ? [] : [exceptionChangedOf(closed, "CLOSED")];
  }
  if (result.outcome !== "FAILED") return [];
  const { failedStage, reason, orderId } = result;
  const opened = await openFinding(
    trx,
    {
      subject,
      name: PROBE,
      class: "TECHNICAL",
      code: SYNTHETIC_FAILED,
      owner: "operator",
      action: {
        code: "FOLLOW_ORDER_PATH",
        text:
          "Real orders stop where this one stopped: look at what else waits for that system, and at the transaction of this " +
          "correlation id. It closes by itself when the next synthetic order comes through.",
      },
      summary: `A synthetic order did not become ${failedStage ?? "what it should"}: ${reason ?? "nobody said why"}.`,
      payload: { runId: id, orderId, failedStage },
    },
    { at, correlationId },
  );
  return opened === null ? [] : [exceptionRaisedOf(opened)];
}
