import type { MutationResolvers } from "../../generated/resolvers.ts";
import { cancelCommand, decideException, retryCommand } from "../intervene.ts";
import { releaseEvent } from "../quarantine.ts";
import { replayEvents } from "../replay-events.ts";

export const Mutation: MutationResolvers = {
  retryCommand: (_root, { id }, context) => retryCommand(id, context),
  cancelCommand: (_root, { id, reason }, context) => cancelCommand(id, reason, context),
  resolveException: (_root, { id, ...decision }, context) => decideException(id, decision, context),
  replayEvents: (_root, { input }, context) => replayEvents(input, context),
  releaseEvent: (_root, { id, data }, context) => releaseEvent(id, data, context),
};
