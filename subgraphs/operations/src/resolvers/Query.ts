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
import { listCommands } from "../command-list.ts";
import type { Context } from "../context.ts";
import { listEvents } from "../event-list.ts";
import { listExceptions } from "../exception-list.ts";
import { listQuarantined } from "../quarantine.ts";
import { planReplay } from "../replay-events.ts";
import { readSourceHealth } from "../source-health.ts";

export const Query: QueryResolvers = {
  command: async (_root, { id, idempotencyKey }, context) => {
    const name = oneOf({ id, idempotencyKey });
    return name.by === "id"
      ? findCommand(name.value, context)
      : visibleView(await findByKey(name.value, context), context);
  },
  commands: (_root, args, context) => listCommands(args, requireViewer(context), context.deps),
  exceptions: (_root, args, context) => listExceptions(args, requireViewer(context), context.deps),
  events: (_root, args, context) => listEvents(args, requireViewer(context), context.deps),
  quarantinedEvents: (_root, { first }, context) => listQuarantined(first, context),
  replayPlan: (_root, { input }, context) => planReplay(input, context),
  sources: (_root, _args, context) => readSourceHealth(context.deps),
  auditVerification: (_root, _args, context) => context.deps.audit.verify(context.signal),
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
