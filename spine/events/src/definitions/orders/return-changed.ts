import {
  parseOrderId,
  parseReturnId,
  RETURN_CHANGES,
  RETURN_STATUSES,
  returnSubject,
} from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** A return came to a status, or something was done to it. The return book has it already. */
export const returnChanged = defineEvent({
  type: "orders.returnChanged",
  version: 1,
  summary: "A return came to a status, or something was done to it.",
  owner: "orders",
  producer: "spine/processes/src/return-process.ts",
  subjectKind: "return",
  data: z.object({
    returnId: z.string().transform(parseReturnId),
    orderId: z.string().transform(parseOrderId),
    change: z.enum(RETURN_CHANGES),
    /** The return's status after the change. */
    status: z.enum(RETURN_STATUSES),
  }),
  subjectOf: ({ returnId }) => returnSubject(returnId),
});
