import type { FastifyInstance, FastifyRequest } from "fastify";
import { bookInvoice } from "./book-invoice.ts";
import { invoiceInput, readEntries, type InvoiceInput } from "./inputs.ts";
import { answerList, listParameter, queryOf } from "./list-query.ts";
import { notFoundProblem } from "./problems.ts";
import { bookingContext, referenceOf, unitPlacesOf, type RouteDeps } from "./router.ts";
import type { InvoiceRow } from "./rows.ts";
import { writeEntries } from "./write-entries.ts";
import { envelope } from "./xero-json.ts";

type ByInvoice = { Params: { invoice: string } };

/** PUT creates; POST creates, or updates what has the same id or number. */
export function registerInvoiceRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { books, render, fields, idempotency } = deps;
  const write = (
    request: FastifyRequest,
    find: (input: InvoiceInput) => InvoiceRow | undefined,
  ) => {
    const context = bookingContext(deps, request);
    const taken = new Set<string>();
    return writeEntries(request, readEntries(request.body, "Invoices", invoiceInput), {
      name: "Invoices",
      prepare: (input) => bookInvoice(input, find(input), taken, context),
      save: books.saveInvoice,
      render: (row) => render.invoice(row, "full", context.unitPlaces),
    });
  };
  const existing = ({ InvoiceID: id, InvoiceNumber: number }: InvoiceInput) =>
    books.findInvoice({ id, number });

  app.get(
    "/Invoices",
    { config: { operation: "GET Invoices", detailOf: nameListing } },
    (request) =>
      answerList(request, {
        name: "Invoices",
        rows: wantedInvoices(request, deps),
        fields: fields.invoice,
        updatedAt: (row) => row.updatedAt,
        render: (row, detail) => render.invoice(row, detail, unitPlacesOf(request)),
      }),
  );
  app.get<ByInvoice>("/Invoices/:invoice", { config: { operation: "GET Invoice" } }, (request) => {
    const row = books.findInvoice(referenceOf(request.params.invoice));
    if (row === undefined) throw notFoundProblem();
    return envelope("Invoices", [render.invoice(row, "full", unitPlacesOf(request))]);
  });
  app.put("/Invoices", { config: { operation: "PUT Invoices" } }, (request, reply) =>
    idempotency.once(request, reply, () => write(request, () => undefined)),
  );
  app.post("/Invoices", { config: { operation: "POST Invoices" } }, (request, reply) =>
    idempotency.once(request, reply, () => write(request, existing)),
  );
  app.post<ByInvoice>(
    "/Invoices/:invoice",
    { config: { operation: "POST Invoice" } },
    (request, reply) => {
      const row = books.findInvoice(referenceOf(request.params.invoice));
      if (row === undefined) throw notFoundProblem();
      return idempotency.once(request, reply, () => write(request, () => row));
    },
  );
}

function* wantedInvoices(request: FastifyRequest, { books }: RouteDeps): Generator<InvoiceRow> {
  const query = queryOf(request);
  const ids = listParameter(query, "IDs");
  const numbers = listParameter(query, "InvoiceNumbers");
  const contacts = listParameter(query, "ContactIDs");
  const statuses = listParameter(query, "Statuses");
  const onlyMine = query["createdByMyApp"] === "true";
  for (const row of books.invoices.values()) {
    if (ids !== null && !ids.has(row.invoiceId)) continue;
    if (numbers !== null && !numbers.has(row.number.toLowerCase())) continue;
    if (contacts !== null && !contacts.has(row.contactId)) continue;
    if (statuses !== null && !statuses.has(row.status.toLowerCase())) continue;
    if (onlyMine && !row.createdByApp) continue;
    yield row;
  }
}

/** Tells a read of invoices from a look for changes. */
function nameListing({ headers }: FastifyRequest): string {
  return headers["if-modified-since"] === undefined ? "" : "changes";
}
