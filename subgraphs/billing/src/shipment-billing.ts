import {
  billedFreightOf,
  differenceOf,
  type BillTax,
  type OrderState,
  type ShipmentId,
} from "@crossdock/domain";
import type { ShipmentBilling, TaxTrueUp } from "../generated/resolvers.ts";

/** The bills of one shipment in the process of one order. @param state `null` for an order of the ERP's own */
export function shipmentBillingOf(
  state: OrderState | null,
  id: ShipmentId,
): readonly ShipmentBilling[] {
  const bills = (state?.invoices ?? []).filter(({ shipmentId }) => shipmentId === id);
  return bills.map((bill) => {
    const { number, conditions, openedAt, requestedAt, postedAt, tax } = bill;
    const taxed = tax?.known ?? null;
    return {
      invoiceNumber: number,
      ready: requestedAt !== null,
      conditions: conditions.map(({ code, met, detail, since }) => ({ code, met, detail, since })),
      openedAt,
      requestedAt,
      postedAt,
      freight: billedFreightOf(bill),
      // Without lines: a person left it to finance.
      tax: taxed === null || taxed.lines.length === 0 ? null : taxed.total,
      isTaxEstimate: taxed?.isEstimate === true,
      taxTrueUp: tax === null ? null : trueUpOf(tax),
    };
  });
}

function trueUpOf(tax: BillTax): TaxTrueUp | null {
  const due = tax.trueUp?.due ?? null;
  const difference = differenceOf(tax);
  if (due === null || difference === null) return null;
  const documentNumber = tax.trueUp?.settlement?.documentNumber ?? null;
  return { due: due.total, difference, documentNumber };
}
