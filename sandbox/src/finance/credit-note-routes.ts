import type { FastifyInstance, FastifyRequest } from "fastify";
import { allocateCredit, bookCreditNote } from "./book-credit.ts";
import { allocationInput, creditNoteInput, readEntries, type CreditNoteInput } from "./inputs.ts";
import { answerList } from "./list-query.ts";
import { notFoundProblem, validationProblem } from "./problems.ts";
import { bookingContext, referenceOf, unitPlacesOf, type RouteDeps } from "./router.ts";
import type { AllocationRow, CreditNoteRow } from "./rows.ts";
import { writeEntries } from "./write-entries.ts";
import { envelope, msDate } from "./xero-json.ts";

type ByCreditNote = { Params: { creditNote: string } };

export function registerCreditNoteRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { books, render, fields, idempotency } = deps;
  const write = (
    request: FastifyRequest,
    find: (input: CreditNoteInput) => CreditNoteRow | undefined,
  ) => {
    const context = bookingContext(deps, request);
    const taken = new Set<string>();
    return writeEntries(request, readEntries(request.body, "CreditNotes", creditNoteInput), {
      name: "CreditNotes",
      prepare: (input) => bookCreditNote(input, find(input), taken, context),
      save: books.saveCreditNote,
      render: (row) => render.creditNote(row, "full", context.unitPlaces),
    });
  };
  const existing = ({ CreditNoteID: id, CreditNoteNumber: number }: CreditNoteInput) =>
    books.findCreditNote({ id, number });
  const wanted = (idOrNumber: string) => {
    const row = books.findCreditNote(referenceOf(idOrNumber));
    if (row === undefined) throw notFoundProblem();
    return row;
  };

  app.get("/CreditNotes", { config: { operation: "GET CreditNotes" } }, (request) =>
    answerList(request, {
      name: "CreditNotes",
      rows: books.creditNotes.values(),
      fields: fields.creditNote,
      updatedAt: (row) => row.updatedAt,
      render: (row, detail) => render.creditNote(row, detail, unitPlacesOf(request)),
    }),
  );
  app.get<ByCreditNote>(
    "/CreditNotes/:creditNote",
    { config: { operation: "GET CreditNote" } },
    (request) =>
      envelope("CreditNotes", [
        render.creditNote(wanted(request.params.creditNote), "full", unitPlacesOf(request)),
      ]),
  );
  app.put("/CreditNotes", { config: { operation: "PUT CreditNotes" } }, (request, reply) =>
    idempotency.once(request, reply, () => write(request, () => undefined)),
  );
  app.post("/CreditNotes", { config: { operation: "POST CreditNotes" } }, (request, reply) =>
    idempotency.once(request, reply, () => write(request, existing)),
  );
  app.post<ByCreditNote>(
    "/CreditNotes/:creditNote",
    { config: { operation: "POST CreditNote" } },
    (request, reply) => {
      const row = wanted(request.params.creditNote);
      return idempotency.once(request, reply, () => write(request, () => row));
    },
  );
  app.put<ByCreditNote>(
    "/CreditNotes/:creditNote/Allocations",
    { config: { operation: "PUT Allocations" } },
    (request, reply) => {
      wanted(request.params.creditNote);
      return idempotency.once(request, reply, () => allocate(request, deps, wanted));
    },
  );
}

/** One after the other, and all or nothing only within one entry: each changes what is left. */
function allocate(
  request: FastifyRequest<ByCreditNote>,
  deps: RouteDeps,
  wanted: (idOrNumber: string) => CreditNoteRow,
): object {
  const entries = readEntries(request.body, "Allocations", allocationInput);
  const context = bookingContext(deps, request);
  const done = entries.map(({ sent, input }) => {
    const outcome = allocateCredit(wanted(request.params.creditNote), input, context);
    if (outcome.kind === "refused") {
      throw validationProblem([{ element: sent, messages: outcome.messages }]);
    }
    deps.books.saveCreditNote(outcome.row.creditNote);
    deps.books.saveInvoice(outcome.row.invoice);
    return allocationJson(outcome.row.allocation, outcome.row.creditNote);
  });
  return envelope("Allocations", done);
}

function allocationJson(row: AllocationRow, { creditNoteId }: CreditNoteRow) {
  return {
    AllocationID: row.allocationId,
    Amount: Number(row.amount),
    Date: msDate(row.date),
    Invoice: { InvoiceID: row.invoiceId },
    CreditNote: { CreditNoteID: creditNoteId },
  };
}
