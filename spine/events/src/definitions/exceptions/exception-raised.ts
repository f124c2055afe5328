import { ERROR_CLASSES, EXCEPTION_OWNERS, exceptionSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** Something waits for a person. It can be read already. */
export const exceptionRaised = defineEvent({
  type: "exceptions.exceptionRaised",
  version: 1,
  data: z.object({
    exceptionId: z.string().min(1),
    commandId: z.string().min(1),
    code: z.string().min(1),
    class: z.enum(ERROR_CLASSES).nullable(),
    owner: z.enum(EXCEPTION_OWNERS),
  }),
  subjectOf: ({ exceptionId }) => exceptionSubject(exceptionId),
});
