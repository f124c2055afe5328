import { commandSubject } from "@crossdock/domain";
import { commandProgressed } from "@crossdock/events";
import { followEvents, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";
import { findCommand } from "./Query.ts";

export const Subscription: SubscriptionResolvers = {
  commandProgressed: {
    subscribe: (_root, { id, after }, context) =>
      followEvents(context.deps.eventLog, {
        topics: { types: [commandProgressed.type], subjects: [commandSubject(id)] },
        after,
        viewer: requireViewer(context),
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: async (event, cursor) => {
          const command = await findCommand(id, context);
          if (command === null) return null;
          return { commandProgressed: { cursor, occurredAt: event.time, command } };
        },
      }),
  },
};
