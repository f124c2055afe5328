import type { CommandLog, Intervention, SteppingIn } from "@crossdock/commands";
import { readSubject } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import type { ExceptionBook, ExceptionRecord } from "./exception-book.ts";
import { resolveFinding } from "./finding.ts";

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
      const { clock, ledger } = deps;
      await ledger.transaction((trx) => resolveFinding(trx, subject, decision, clock.now()));
    }
  }
  // Whoever came first at the same moment has closed it: what it now says decides.
  const exception = await read();
  if (exception === null) return { kind: "absent" };
  const isDone = exception.closed?.resolution === decision.resolution;
  return { kind: isDone ? "done" : "refused", exception };
}
