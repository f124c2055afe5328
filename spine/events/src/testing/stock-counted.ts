import { parseSku, stockSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../define-event.ts";

/** The example that the log's own tests append. */
export const stockCounted = defineEvent({
  type: "inventory.stockCounted",
  version: 1,
  summary: "Somebody counted the stock of a product.",
  owner: "inventory",
  producer: "spine/events/src/testing/log-fixture.ts",
  subjectKind: "stock",
  data: z.object({ sku: z.string().transform(parseSku), counted: z.string().regex(/^\d+$/) }),
  subjectOf: ({ sku }) => stockSubject(sku),
});
