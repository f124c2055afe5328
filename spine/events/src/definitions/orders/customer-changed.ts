import { customerSubject, parseCustomerNumber } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** An account of the ERP is new, other than it was, or gone. The customer book has it already. */
export const customerChanged = defineEvent({
  type: "orders.customerChanged",
  version: 1,
  summary: "An account is new, other than it was, or gone.",
  owner: "orders",
  producer: "spine/processes/src/master-data-event.ts",
  subjectKind: "customer",
  data: z.object({ customerNumber: z.string().transform((raw) => parseCustomerNumber(raw)) }),
  subjectOf: ({ customerNumber }) => customerSubject(customerNumber),
});
