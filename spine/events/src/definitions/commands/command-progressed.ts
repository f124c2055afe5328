import { commandSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** A command came to another status. */
export const commandProgressed = defineEvent({
  type: "commands.commandProgressed",
  version: 1,
  summary: "A command came to another status.",
  owner: "operations",
  producer: "spine/processes/src/command-journal.ts",
  subjectKind: "command",
  data: z.object({
    commandId: z.string().min(1),
    type: z.string().min(1),
    status: z.enum([
      "ACCEPTED",
      "RUNNING",
      "RETRYING",
      "SUCCEEDED",
      "REJECTED",
      "DEAD_LETTERED",
      "COMPENSATED",
      "CANCELLED",
    ]),
    attempts: z.int().nonnegative(),
  }),
  subjectOf: ({ commandId }) => commandSubject(commandId),
});
