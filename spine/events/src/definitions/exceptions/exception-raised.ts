import { ERROR_CLASSES, EXCEPTION_OWNERS, exceptionSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** Something waits for a person. It can be read already. */
export const exceptionRaised = defineEvent({
  type: "exceptions.exceptionRaised",
  version: 1,
  summary: "Something waits for a person.",
  owner: "operations",
  producer: "spine/processes/src/exception-writer.ts",
  subjectKind: "exception",
  data: z.object({
    exceptionId: z.string().min(1),
    /** `null` where no command waits: a feed fell silent. */
    commandId: z.string().min(1).nullable(),
    code: z.string().min(1),
    class: z.enum(ERROR_CLASSES).nullable(),
    owner: z.enum(EXCEPTION_OWNERS),
  }),
  subjectOf: ({ exceptionId }) => exceptionSubject(exceptionId),
});
