import type { CommandResolvers } from "../../generated/resolvers.ts";
import { findCommand } from "./Query.ts";

export const Command: CommandResolvers = {
  __resolveReference: (reference, context) => findCommand(reference.id, context),
};
