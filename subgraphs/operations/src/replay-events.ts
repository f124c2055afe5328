import { appendAudit } from "@crossdock/audit";
import { fingerprintOf } from "@crossdock/commands";
import { InvalidValueError, type Subject } from "@crossdock/domain";
import type { ReplayEffect, ReplayPlan, ReplayRequest } from "@crossdock/events";
import { requireViewer } from "@crossdock/subgraph-kit";
import type { ReplayInput } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";

export type EffectView = ReplayEffect;

/** Ids that a request may name one by one. */
const MAX_IDS = 100;

/** @throws {InvalidValueError | ReplayTooLargeError} nothing or too much is selected, or there is no such consumer */
export function planReplay(input: ReplayInput, context: Context): Promise<ReplayPlan> {
  return context.deps.replayer.plan(requestOf(input, context), context.signal);
}

/**
 * Who asked for what is in the audit journal before anything is done.
 * @throws as `planReplay`
 */
export function replayEvents(input: ReplayInput, context: Context): Promise<ReplayPlan> {
  const { deps, correlationId } = context;
  const { id: actor } = requireViewer(context);
  return deps.replayer.run(
    requestOf(input, context),
    (trx, { events, effects }) =>
      appendAudit(trx, {
        at: deps.clock.now(),
        actor,
        step: "replayed",
        commandId: correlationId,
        commandType: "events.replay",
        outcome: `${String(effects.length)} effects of ${String(events)} events: ${JSON.stringify(input)}`,
        correlationId,
        payloadHash: fingerprintOf({ type: "events.replay", data: input }),
      }),
    context.signal,
  );
}

function requestOf(input: ReplayInput, context: Context): ReplayRequest {
  const { ids, subjectId, types, from, to, consumer } = input;
  const { customers } = requireViewer(context);
  if ((ids?.length ?? 0) > MAX_IDS) {
    throw new InvalidValueError("ids", ids?.length, `at most ${String(MAX_IDS)} of them`);
  }
  return {
    ...(ids == null ? {} : { ids }),
    ...(subjectId == null ? {} : { subjects: [subjectId as Subject] }),
    ...(types == null ? {} : { types }),
    ...(from == null ? {} : { recordedFrom: from }),
    ...(to == null ? {} : { recordedBefore: to }),
    ...(consumer == null ? {} : { consumer }),
    ...(customers === "all" ? {} : { customerNumbers: customers }),
  };
}
