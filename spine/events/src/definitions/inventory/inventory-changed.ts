import {
  INVENTORY_CHANGES,
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  stockSubject,
} from "@crossdock/domain";
import { z } from "zod";
import { defineEvent, earlierVersion } from "../../define-event.ts";

const decimal = z.string().transform((raw) => parseDecimal(raw));
const change = z.object({
  sku: z.string().transform(parseSku),
  warehouse: z.string().transform(parseWarehouseCode),
  change: z.enum(INVENTORY_CHANGES),
  /** Signed, in the product's base unit: to promise for RESERVED and RELEASED, else on hand or in the books. */
  delta: z.object({ value: decimal, uom: z.string().transform(parseUomCode) }),
});
/** In the unit of `delta`. */
const position = z.object({
  onHand: decimal,
  /** Our reservations included. */
  allocated: decimal,
  inbound: decimal,
  availableToPromise: decimal,
  /** When the warehouse had said so. */
  asOf: z.string().transform((raw) => parseInstant(raw)),
});

/** Stock of one product in one warehouse changed. Nobody's event: stock is told to every account. */
export const inventoryChanged = defineEvent({
  type: "inventory.inventoryChanged",
  version: 2,
  summary: "Stock of one product in one warehouse changed.",
  owner: "inventory",
  producer: "spine/processes/src/stock-event.ts",
  subjectKind: "stock",
  data: change.extend({
    /** The stock after it; `null` for what was entered into the ERP's books, or when the warehouse was not read yet. */
    position: position.nullable(),
  }),
  earlier: [
    earlierVersion({
      version: 1,
      data: change,
      upgrade: (data) => ({ ...data, position: null }),
    }),
  ],
  subjectOf: ({ sku }) => stockSubject(sku),
});
