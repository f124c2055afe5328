import { requireViewer } from "@crossdock/subgraph-kit";
import type { MutationResolvers } from "../../generated/resolvers.ts";
import { resolveExceptions, retryCommands } from "../bulk.ts";
import { editAndRetryCommand } from "../edit-command.ts";
import {
  assignException,
  cancelCommand,
  decideException,
  retryCommand,
  skipCommand,
} from "../intervene.ts";
import { pause, resume } from "../pauses.ts";
import { repairMismatches } from "../reconciliations.ts";
import { releaseEvent } from "../quarantine.ts";
import { replayEvents } from "../replay-events.ts";
import { runSyntheticOrder } from "../synthetic-runs.ts";

export const Mutation: MutationResolvers = {
  retryCommand: (_root, { id }, context) => retryCommand(id, context),
  cancelCommand: (_root, { id, reason }, context) => cancelCommand(id, reason, context),
  resolveException: (_root, { id, ...decision }, context) => decideException(id, decision, context),
  editAndRetryCommand: (_root, { id, ...edit }, context) => editAndRetryCommand(id, edit, context),
  skipCommand: (_root, { id, note }, context) => skipCommand(id, note, context),
  retryCommands: (_root, args, context) => retryCommands(args, context),
  resolveExceptions: (_root, args, context) => resolveExceptions(args, context),
  assignException: (_root, { id, assignee }, context) =>
    assignException(id, assignee ?? null, context),
  pause: (_root, { input }, context) => pause(input, context),
  resume: (_root, { input }, context) => resume(input, context),
  replayEvents: (_root, { input }, context) => replayEvents(input, context),
  runReconciliation: (_root, { scope }, context) =>
    context.deps.reconciliation.run(scope, requireViewer(context).id),
  repairMismatches: (_root, args, context) => repairMismatches(args, context),
  releaseEvent: (_root, { id, data }, context) => releaseEvent(id, data, context),
  runSyntheticOrder: (_root, _args, context) => runSyntheticOrder(context),
};
