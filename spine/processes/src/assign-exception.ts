import { appendAudit } from "@crossdock/audit";
import { fingerprintOf } from "@crossdock/commands";
import type { EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import type { ExceptionRecord } from "./exception-book.ts";
import { exceptionOf } from "./exception-book-postgres.ts";
import { exceptionChangedOf } from "./exception-writer.ts";

export type Assignment =
  | { readonly kind: "done"; readonly exception: ExceptionRecord }
  /** It is closed: nobody works on it any more. */
  | { readonly kind: "refused"; readonly exception: ExceptionRecord }
  | { readonly kind: "absent" };

/**
 * Says who works on an exception, tells those who follow the exceptions, and writes it into the audit journal. Again is the
 * same, without another row.
 * @param assignee `null`: nobody any more
 * @param by who says so
 */
export async function assignException(
  id: string,
  { assignee, by }: { readonly assignee: string | null; readonly by: string },
  deps: {
    readonly ledger: Pick<Ledger, "transaction">;
    readonly eventLog: Pick<EventLog, "append">;
    readonly clock: Clock;
  },
): Promise<Assignment> {
  const { ledger, eventLog, clock } = deps;
  return ledger.transaction(async (trx) => {
    const row = await trx
      .selectFrom("exceptions")
      .selectAll()
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return { kind: "absent" };
    if (row.resolved_at !== null) return { kind: "refused", exception: exceptionOf(row) };
    if (row.assignee === assignee) return { kind: "done", exception: exceptionOf(row) };
    await trx.updateTable("exceptions").set({ assignee }).where("id", "=", id).execute();
    const exception = exceptionOf({ ...row, assignee });
    const { correlationId } = exception;
    const trace = { correlationId, causationId: null, tenant: null };
    await eventLog.append(trx, [exceptionChangedOf(exception, "ASSIGNED")], trace);
    await appendAudit(trx, {
      at: clock.now(),
      actor: by,
      step: "assigned",
      commandId: id,
      commandType: "exception",
      outcome: assignee === null ? "NOBODY" : `TO ${assignee}`,
      correlationId,
      payloadHash: fingerprintOf({ type: "exception", data: { id, assignee } }),
    });
    return { kind: "done", exception };
  });
}
