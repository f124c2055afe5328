import { parseIdempotencyKey, type CommandRecord } from "@crossdock/commands";
import {
  commandView,
  idOrNull,
  maySeeCommand,
  oneOf,
  requireViewer,
  type CommandView,
} from "@crossdock/subgraph-kit";
import type { QueryResolvers } from "../../generated/resolvers.ts";
import { readTransaction } from "../business-transaction.ts";
import { listCommands } from "../command-list.ts";
import type { Context } from "../context.ts";
import { listEvents } from "../event-list.ts";
import { exceptionView } from "../exception.ts";
import { listExceptions } from "../exception-list.ts";
import { readPartnerHealth } from "../partner-health.ts";
import { listQuarantined } from "../quarantine.ts";
import { listReconciliations, readTrend } from "../reconciliations.ts";
import { planReplay } from "../replay-events.ts";
import { readOperatingFigures } from "../operating-figures.ts";
import { readSourceHealth } from "../source-health.ts";
import { listWork } from "../work-list.ts";
import { listSyntheticRuns, readSyntheticRun } from "../synthetic-runs.ts";
import { visibleException } from "../visible-exception.ts";

export const Query: QueryResolvers = {
  command: async (_root, { id, idempotencyKey }, context) => {
    const name = oneOf({ id, idempotencyKey });
    return name.by === "id"
      ? findCommand(name.value, context)
      : visibleView(await findByKey(name.value, context), context);
  },
  commands: (_root, args, context) => listCommands(args, requireViewer(context), context.deps),
  exceptions: (_root, args, context) => listExceptions(args, requireViewer(context), context.deps),
  exception: async (_root, { id }, context) => {
    const record = await visibleException(id, context);
    return record === null ? null : exceptionView(record);
  },
  pauses: (_root, _args, context) => context.deps.pauseBook.list(),
  events: (_root, args, context) => listEvents(args, requireViewer(context), context.deps),
  quarantinedEvents: (_root, { first }, context) => listQuarantined(first, context),
  replayPlan: (_root, { input }, context) => planReplay(input, context),
  sources: (_root, _args, context) => readSourceHealth(context.deps),
  flow: (_root, _args, context) => context.live.flow.read(),
  businessTransaction: (_root, args, context) => readTransaction(args, context),
  workList: (_root, args, context) => listWork(args, context),
  partnerHealth: (_root, _args, context) => readPartnerHealth(context),
  reconciliations: (_root, args, context) => listReconciliations(args, context),
  reconciliation: (_root, { id }, context) =>
    context.deps.reconciliation.book.readReconciliation(id),
  reconciliationTrend: (_root, args, context) => readTrend(args, context),
  auditVerification: (_root, _args, context) => context.deps.audit.verify(context.signal),
  operatingFigures: (_root, period, context) => readOperatingFigures(period, context),
  syntheticRuns: (_root, { first }, context) => listSyntheticRuns(first, context),
  syntheticRun: (_root, { id }, context) => readSyntheticRun(id, context),
};

/** @returns `null` for an unknown command and for one that the viewer may not see */
export async function findCommand(id: string, context: Context): Promise<CommandView | null> {
  return visibleView(await context.loaders.command.load(id), context);
}

/** Keys are the application's own: nobody looks up another one's. */
async function findByKey(rawKey: string, context: Context): Promise<CommandRecord | null> {
  const key = idOrNull(parseIdempotencyKey, rawKey);
  if (key === null) return null;
  return context.deps.commandLog.findByKey(requireViewer(context).clientId, key);
}

function visibleView(record: CommandRecord | null, context: Context): CommandView | null {
  return record !== null && maySeeCommand(requireViewer(context), record)
    ? commandView(record)
    : null;
}
