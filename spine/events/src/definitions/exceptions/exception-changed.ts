import { exceptionSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** What waits for a person was assigned or closed; that it was opened is told by `exceptionRaised`. It can be read already. */
export const exceptionChanged = defineEvent({
  type: "exceptions.exceptionChanged",
  version: 1,
  summary: "What waited for a person was assigned to one, or closed.",
  owner: "operations",
  producer: "spine/processes/src/exception-writer.ts",
  subjectKind: "exception",
  data: z.object({
    exceptionId: z.string().min(1),
    change: z.enum(["ASSIGNED", "CLOSED"]),
  }),
  subjectOf: ({ exceptionId }) => exceptionSubject(exceptionId),
});
