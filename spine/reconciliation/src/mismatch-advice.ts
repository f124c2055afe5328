import type { Difference, ExceptionAdvice, MismatchCode, MismatchRepair } from "@crossdock/domain";

/** Who can make the systems agree again, and how. */
export function adviceOn({
  code,
  proposal,
}: Pick<Difference, "code" | "proposal">): ExceptionAdvice {
  const advice = ADVICE[code];
  if (proposal === null) return advice;
  const { action, owner } = advice;
  const text = `${action.text} The books agree with the warehouse after adjustInventory with sku ${proposal.sku}, warehouse ${proposal.warehouse}, countedQuantity ${proposal.countedQuantity}.`;
  return { owner, action: { ...action, text } };
}

const CLOSES = "It closes by itself when a later comparison finds that they agree.";

const ADVICE: Readonly<Record<MismatchCode, ExceptionAdvice>> = {
  STOCK_MISMATCH: {
    owner: "warehouse",
    action: {
      code: "COUNT_STOCK",
      text: `Count what lies there. Then correct whoever is wrong: the warehouse's own count, or the ERP's books. ${CLOSES}`,
    },
  },
  STOCK_BOOK_STALE: {
    owner: "operator",
    action: {
      code: "REPAIR_BOOK",
      text: `Repair it: the stock is read again. If it comes back, look why the warehouse's feed does not tell it. ${CLOSES}`,
    },
  },
  SHIPPED_NOT_INVOICED: {
    owner: "finance",
    action: {
      code: "BILL_SHIPMENT",
      text: `Look what the order's bill waits for, and have it billed; where nothing waits, raise the bill in finance. ${CLOSES}`,
    },
  },
  INVOICED_NOT_SHIPPED: {
    owner: "finance",
    action: {
      code: "CREDIT_BILL",
      text: `Find out whether the goods left without being told. If not, credit the bill or void it in finance. ${CLOSES}`,
    },
  },
  INVOICED_TWICE: {
    owner: "finance",
    action: {
      code: "VOID_BILL",
      text: `Void or credit one of the two bills in finance before the customer pays both. ${CLOSES}`,
    },
  },
  INVOICE_TOTAL_MISMATCH: {
    owner: "finance",
    action: {
      code: "CORRECT_BILL",
      text: `Find out who changed the bill in finance, and credit or correct it there. ${CLOSES}`,
    },
  },
  INVOICE_BOOK_STALE: {
    owner: "operator",
    action: {
      code: "REPAIR_BOOK",
      text: `Repair it: the bill is read again. If it comes back, look why finance's feed does not tell it. ${CLOSES}`,
    },
  },
  ORDER_STATUS_MISMATCH: {
    owner: "operator",
    action: {
      code: "ALIGN_ORDER",
      text: `Ask in the warehouse where the goods are, and correct the system that is wrong. ${CLOSES}`,
    },
  },
  ORDER_BOOK_STALE: {
    owner: "operator",
    action: {
      code: "REPAIR_BOOK",
      text: `Repair it: the record is read again. If it comes back, look why its feed does not tell it. ${CLOSES}`,
    },
  },
};

/** A repair in plain words. */
export function describeRepair({ kind, sourceId }: MismatchRepair): string {
  switch (kind) {
    case "readStock":
      return `Reads the stock of ${sourceId} into our book again.`;
    case "readOrder":
      return `Reads order ${sourceId} into our book again.`;
    case "readShipment":
      return `Reads shipment ${sourceId} into our book again.`;
    case "readInvoice":
      return `Reads bill ${sourceId} into our book again.`;
    case "tellOrder":
      return `Tells order ${sourceId} of its shipments again; what it did not know takes it on, to its bill.`;
  }
}
