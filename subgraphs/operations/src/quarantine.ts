import { appendAudit } from "@crossdock/audit";
import { fingerprintOf } from "@crossdock/commands";
import { encodeCursor, MAX_QUARANTINE_PAGE, type QuarantinedEvent } from "@crossdock/events";
import { NotFoundError, parseFirst, requireViewer } from "@crossdock/subgraph-kit";
import type { Context } from "./context.ts";
import { NotAllowedNowError } from "./intervene.ts";

export type QuarantineView = QuarantinedEvent;

/** @throws {InvalidValueError} a `first` that makes no sense */
export function listQuarantined(
  first: number | null | undefined,
  context: Context,
): Promise<readonly QuarantineView[]> {
  const { customers } = requireViewer(context);
  return context.deps.quarantine.list({ limit: parseFirst(first, MAX_QUARANTINE_PAGE), customers });
}

/**
 * @param data instead of what was recorded; `null` is none
 * @throws {NotFoundError} no such event in quarantine, or not the viewer's to see
 * @throws {NotAllowedNowError} the data does not fit, or it was released before
 */
export function releaseEvent(
  id: string,
  data: unknown,
  context: Context,
): Promise<{ readonly id: string; readonly cursor: string }> {
  const { ledger, quarantine, clock } = context.deps;
  const { id: by, customers } = requireViewer(context);
  const { correlationId } = context;
  return ledger.transaction(async (trx) => {
    const repair = { by, customers, ...(data == null ? {} : { data }) };
    const release = await quarantine.release(trx, id, repair);
    if (release.kind === "absent") {
      throw new NotFoundError(`There is no event ${id} in quarantine.`);
    }
    if (release.kind === "refused") {
      throw new NotAllowedNowError(`Event ${id} is not released. ${release.reason}`);
    }
    await appendAudit(trx, {
      at: clock.now(),
      actor: by,
      step: "released",
      commandId: id,
      commandType: "events.release",
      outcome: `appended at ${release.position}`,
      correlationId,
      payloadHash: fingerprintOf({ type: "events.release", data: { id, data: data ?? null } }),
    });
    return { id, cursor: encodeCursor(release.position) };
  });
}
