import { parseSku, stockSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../define-event.ts";

/** The example that the log's own tests append. */
export const stockCounted = defineEvent({
  type: "inventory.stockCounted",
  version: 1,
  data: z.object({ sku: z.string().transform(parseSku), counted: z.string().regex(/^\d+$/) }),
  subjectOf: ({ sku }) => stockSubject(sku),
});
