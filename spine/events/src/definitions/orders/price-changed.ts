import { itemSubject, parseSku } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/**
 * An agreement on an item is new, other than it was, or gone. The price book has it already. Nobody's event: it
 * does not tell whose agreement it is.
 */
export const priceChanged = defineEvent({
  type: "orders.priceChanged",
  version: 1,
  summary: "An agreement on an item's price is new, other than it was, or gone.",
  owner: "orders",
  producer: "spine/processes/src/master-data-event.ts",
  subjectKind: "item",
  data: z.object({ sku: z.string().transform((raw) => parseSku(raw)) }),
  subjectOf: ({ sku }) => itemSubject(sku),
});
