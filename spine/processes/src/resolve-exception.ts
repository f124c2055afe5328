import type { CommandLog, Intervention, SteppingIn } from "@crossdock/commands";
import { readSubject, type Subject } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import type { ExceptionBook, ExceptionRecord } from "./exception-book.ts";
import { exceptionChangedOf } from "./exception-writer.ts";
import { resolveBillFinding } from "./bill-findings.ts";
import { resolveFinding } from "./finding.ts";
import type { OrderProcess } from "./order-process.ts";

export type ExceptionDecision =
  | { readonly kind: "done"; readonly exception: ExceptionRecord }
  /** Somebody closed it in another way, or nobody can; nothing changed. */
  | { readonly kind: "refused"; readonly exception: ExceptionRecord }
  | { readonly kind: "absent" };

/**
 * Closes an exception as a person decided, and deals with its command accordingly, in one transaction (see
 * `Interventions.resolve`). Asked again for what was decided, it answers the same; the first note stays.
 */
export async function resolveException(
  id: string,
  decision: SteppingIn,
  deps: {
    readonly exceptionBook: Pick<ExceptionBook, "readExceptions">;
    readonly commandLog: Pick<CommandLog, "resolve">;
    readonly ledger: Pick<Ledger, "transaction">;
    readonly orderProcess: Pick<OrderProcess, "apply">;
    readonly clock: Clock;
  },
): Promise<ExceptionDecision> {
  const read = async () => (await deps.exceptionBook.readExceptions([id]))[0] ?? null;
  const waiting = await read();
  if (waiting === null) return { kind: "absent" };
  if (waiting.closed === null) {
    const { commandId, subject } = waiting;
    if (commandId !== null) {
      const intervention: Intervention = await deps.commandLog.resolve(commandId, decision);
      if (intervention.kind === "absent") return { kind: "absent" };
    } else if (readSubject(subject)?.kind !== "feed" && decision.resolution !== "RETRIED") {
      // A silent feed closes when it is heard again and not by a word; and without a command nothing can be tried again.
      const { clock, ledger, orderProcess: process } = deps;
      const at = clock.now();
      await ledger.transaction(async (trx) => {
        if (isOfBill(subject)) await decideOnBill(trx, waiting, decision, { process, at });
        else {
          await resolveFinding(trx, subject, decision, at, async (closed) => {
            const trace = { correlationId: closed.correlationId, causationId: null };
            await process.apply(trx, [], [exceptionChangedOf(closed, "CLOSED")], trace);
          });
        }
      });
    }
  }
  // Whoever came first at the same moment has closed it: what it now says decides.
  const exception = await read();
  if (exception === null) return { kind: "absent" };
  const isDone = exception.closed?.resolution === decision.resolution;
  return { kind: isDone ? "done" : "refused", exception };
}

function isOfBill(subject: Subject): boolean {
  return readSubject(subject)?.kind === "bill";
}

/** Nothing of a bill that waits could be undone: it is billed, in one of two ways. */
async function decideOnBill(
  trx: LedgerTransaction,
  waiting: ExceptionRecord,
  { resolution, ...decision }: SteppingIn,
  context: Parameters<typeof resolveBillFinding>[3],
): Promise<void> {
  if (resolution !== "CORRECTED" && resolution !== "IGNORED") return;
  await resolveBillFinding(trx, waiting, { ...decision, resolution }, context);
}
