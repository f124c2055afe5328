import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { CallCounter } from "./calls.ts";
import { faultInput, type FaultBoard } from "./faults.ts";
import { SOURCE_NAMES, type ControlDocument, type SandboxSource } from "./source.ts";

const documentsQuery = z.object({
  source: z.enum(SOURCE_NAMES),
  type: z.string().min(1),
  reference: z.string().min(1).optional(),
});
const advanceInput = z.object({
  source: z.enum(SOURCE_NAMES),
  reference: z.string().min(1),
  to: z.enum(["picked", "packed", "shipped", "delivered"]),
});
/** Documents of the ERP whose references lead on to the other sources' documents. */
const ORDER_TYPES = ["salesOrder", "salesInvoice", "salesShipment"];

type ControlDeps = {
  readonly calls: CallCounter;
  readonly faults: FaultBoard;
  readonly sources: readonly SandboxSource[];
};

/** The side that tests and demos use; a real vendor has nothing like it. */
export function registerControl(
  app: FastifyInstance,
  { calls, faults, sources }: ControlDeps,
): void {
  const sourceOf = (name: string) => sources.find((source) => source.name === name);

  app.get("/_control/health", () => ({ status: "ok" }));
  app.get("/_control/calls", () => calls.snapshot());
  app.post("/_control/calls/reset", () => {
    calls.reset();
    return { reset: true };
  });
  app.get("/_control/faults", () => ({ faults: faults.list() }));
  app.post("/_control/faults", (request, reply) => {
    const input = faultInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    faults.set(input.data);
    return reply.code(201).send(input.data);
  });
  app.delete("/_control/faults", () => {
    faults.clear();
    return { faults: [] };
  });
  app.get("/_control/documents", (request, reply) => {
    const input = documentsQuery.safeParse(request.query);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, type, reference } = input.data;
    const all = sourceOf(source)?.documents(type) ?? [];
    const wanted = reference === undefined ? null : referencesOfOrder(reference, sourceOf("erp"));
    const documents = all
      .filter((document) => wanted === null || document.references.some((of) => wanted.has(of)))
      .map((document) => document.body);
    return { count: documents.length, documents };
  });
  app.post("/_control/advance", (request, reply) => {
    const input = advanceInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, reference, to } = input.data;
    for (const candidate of referencesOfOrder(reference, sourceOf("erp"))) {
      if (sourceOf(source)?.advance?.(candidate, to) === true) return { advanced: true, to };
    }
    return reply
      .code(404)
      .send({ error: `${source} has no document with reference ${reference}.` });
  });
}

/** A purchase order number leads to the ERP's order number, which the other sources know. */
function referencesOfOrder(reference: string, erp: SandboxSource | undefined): Set<string> {
  const related = new Set([reference]);
  const orders: ControlDocument[] = ORDER_TYPES.flatMap((type) => [
    ...(erp?.documents(type) ?? []),
  ]);
  for (const order of orders) {
    if (order.references.includes(reference)) order.references.forEach((of) => related.add(of));
  }
  return related;
}
