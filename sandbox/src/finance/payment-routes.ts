import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { bookPayment, deletePayment, type Paid } from "./book-payment.ts";
import { bookRefund, type Refunded } from "./book-refund.ts";
import type { BookingContext, Prepared } from "./documents.ts";
import { paymentInput, readEntries } from "./inputs.ts";
import { answerList } from "./list-query.ts";
import { notFoundProblem, postDataProblem, validationProblem } from "./problems.ts";
import { bookingContext, type RouteDeps } from "./router.ts";
import type { InvoiceRow } from "./rows.ts";
import { writeEntries } from "./write-entries.ts";
import { envelope } from "./xero-json.ts";

type ByPayment = { Params: { payment: string } };
const deletion = z.object({ Status: z.literal("DELETED") });

export function registerPaymentRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { books, render, fields, idempotency } = deps;
  const save = (settled: Paid | Refunded) => {
    books.savePayment(settled.payment);
    if ("invoice" in settled) books.saveInvoice(settled.invoice);
    else books.saveCreditNote(settled.creditNote);
  };
  const create = (request: FastifyRequest) => {
    const { context, stage } = withStagedInvoices(bookingContext(deps, request));
    return writeEntries(request, readEntries(request.body, "Payments", paymentInput), {
      name: "Payments",
      prepare(input): Prepared<Paid | Refunded> {
        if (input.CreditNote !== undefined) return bookRefund(input, context);
        const outcome = bookPayment(input, context);
        if (outcome.kind === "ready") stage(outcome.row.invoice);
        return outcome;
      },
      save,
      render: ({ payment }) => render.payment(payment),
    });
  };

  app.get("/Payments", { config: { operation: "GET Payments" } }, (request) =>
    answerList(request, {
      name: "Payments",
      rows: books.payments.values(),
      fields: fields.payment,
      updatedAt: (row) => row.updatedAt,
      render: (row) => render.payment(row),
    }),
  );
  app.get<ByPayment>("/Payments/:payment", { config: { operation: "GET Payment" } }, (request) => {
    const row = books.payments.get(request.params.payment.toLowerCase());
    if (row === undefined) throw notFoundProblem();
    return envelope("Payments", [render.payment(row)]);
  });
  app.put("/Payments", { config: { operation: "PUT Payments" } }, (request, reply) =>
    idempotency.once(request, reply, () => create(request)),
  );
  app.post("/Payments", { config: { operation: "POST Payments" } }, (request, reply) =>
    idempotency.once(request, reply, () => create(request)),
  );
  app.post<ByPayment>(
    "/Payments/:payment",
    { config: { operation: "POST Payment" } },
    (request, reply) => {
      const row = books.payments.get(request.params.payment.toLowerCase());
      if (row === undefined) throw notFoundProblem();
      if (!deletion.safeParse(entryOf(request.body)).success) {
        throw postDataProblem("A payment can only be changed to Status DELETED.");
      }
      return idempotency.once(request, reply, () => {
        const outcome = deletePayment(row, bookingContext(deps, request));
        if (outcome.kind === "refused") {
          throw validationProblem([
            { element: { PaymentID: row.paymentId }, messages: outcome.messages },
          ]);
        }
        save(outcome.row);
        return envelope("Payments", [render.payment(outcome.row.payment)]);
      });
    },
  );
}

/** So that two payments of one invoice in one request see each other before either is saved. */
function withStagedInvoices(context: BookingContext) {
  const staged = new Map<string, InvoiceRow>();
  const { books } = context;
  const findInvoice: typeof books.findInvoice = (reference) => {
    const row = books.findInvoice(reference);
    return row === undefined ? undefined : (staged.get(row.invoiceId) ?? row);
  };
  return {
    context: { ...context, books: { ...books, findInvoice } },
    stage: (row: InvoiceRow) => staged.set(row.invoiceId, row),
  };
}

function entryOf(body: unknown): unknown {
  const list = (body as { Payments?: unknown[] } | null | undefined)?.Payments;
  return Array.isArray(list) ? list[0] : body;
}
