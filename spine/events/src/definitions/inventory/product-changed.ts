import { itemSubject, parseSku } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** An item of the ERP is new, other than it was, or gone. The product book has it already. Nobody's event. */
export const productChanged = defineEvent({
  type: "inventory.productChanged",
  version: 1,
  summary: "An item of the catalogue is new, other than it was, or gone.",
  owner: "inventory",
  producer: "spine/processes/src/master-data-event.ts",
  subjectKind: "item",
  data: z.object({ sku: z.string().transform((raw) => parseSku(raw)) }),
  subjectOf: ({ sku }) => itemSubject(sku),
});
