import { maySeeCommand, requireViewer } from "@crossdock/subgraph-kit";
import type { ExceptionResolvers } from "../../generated/resolvers.ts";
import { exceptionOf } from "../exception.ts";

export const Exception: ExceptionResolvers = {
  __resolveReference: async (reference, context) => {
    const command = await context.loaders.command.load(reference.id);
    const waits = command?.status === "DEAD_LETTERED";
    return waits && maySeeCommand(requireViewer(context), command) ? exceptionOf(command) : null;
  },
};
