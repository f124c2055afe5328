import type { ControlDocument } from "../kit/source.ts";
import type { Books } from "./books.ts";
import type { Render } from "./render.ts";
import type { InvoiceRow } from "./rows.ts";

/** What the books hold, under every number by which somebody may look for it. */
export function controlDocuments(type: string, books: Books, render: Render): ControlDocument[] {
  switch (type) {
    case "invoice":
      return [...books.invoices.values()].map((row) =>
        document(invoiceReferences(row), () => render.invoice(row)),
      );
    case "payment":
      return [...books.payments.values()].map((row) => {
        const invoice = books.invoices.get(row.invoiceId);
        const references = invoice === undefined ? [] : invoiceReferences(invoice);
        return document([row.paymentId, row.reference, ...references], () => render.payment(row));
      });
    case "creditNote":
      return [...books.creditNotes.values()].map((row) => {
        const invoices = row.allocations.flatMap(({ invoiceId }) => {
          const invoice = books.invoices.get(invoiceId);
          return invoice === undefined ? [] : invoiceReferences(invoice);
        });
        const references = [row.creditNoteId, row.number, row.reference, ...invoices];
        return document(references, () => render.creditNote(row));
      });
    case "contact":
      return [...books.contacts.values()].map((row) =>
        document([row.contactId, row.contactNumber ?? ""], () => render.contact(row)),
      );
    default:
      return [];
  }
}

/** `SO-0000042-1` is also found as `SO-0000042`: one order may have several invoices. */
function invoiceReferences({ invoiceId, number, reference }: InvoiceRow): string[] {
  return [invoiceId, number, reference, number.replace(/-\d+$/, "")];
}

/** The body is made when somebody looks at it: there are thousands of them. */
function document(references: readonly string[], makeBody: () => unknown): ControlDocument {
  return {
    references: references.filter((reference) => reference !== ""),
    get body() {
      return makeBody();
    },
  };
}
