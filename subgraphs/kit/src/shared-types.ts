import { owned, type AccessDecisions } from "./access-decisions.ts";
import { maySeeCommand, type CommandView } from "./command.ts";

/** Who may see the types of common.graphql, in whichever subgraph. */
export const sharedTypes: AccessDecisions["types"] = {
  Command: owned<CommandView>({
    maySee: (viewer, { owner }) => maySeeCommand(viewer, owner),
    subjectOf: ({ about }) => about,
  }),
  CommandError: "parent",
  CommandSubject: "parent",
  Address: "parent",
  Blocker: "parent",
  Milestone: "parent",
  Money: "parent",
  PageInfo: "parent",
  Posting: "parent",
  Provenance: "parent",
  Quantity: "parent",
  UserError: "parent",
};
