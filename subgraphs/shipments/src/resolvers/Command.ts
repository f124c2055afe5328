import { commandView, maySeeCommand, requireViewer } from "@crossdock/subgraph-kit";
import type { CommandResolvers } from "../../generated/resolvers.ts";

export const Command: CommandResolvers = {
  __resolveReference: async ({ id }, context) => {
    const viewer = requireViewer(context);
    const record = await context.loaders.command.load(id);
    return record !== null && maySeeCommand(viewer, record) ? commandView(record) : null;
  },
};
