import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { CallCounter } from "./calls.ts";
import { faultInput, type FaultBoard } from "./faults.ts";
import { profileNames, type ProfileBoard } from "./profiles.ts";
import { SOURCE_NAMES, type ControlDocument, type SandboxSource } from "./source.ts";

const MAX_COUNTED = 5_000;

const profileInput = z.strictObject({ profiles: profileNames });
const documentsQuery = z.object({
  source: z.enum(SOURCE_NAMES),
  type: z.string().min(1),
  reference: z.string().min(1).optional(),
});
const countsInput = z.object({
  source: z.enum(SOURCE_NAMES),
  type: z.string().min(1),
  references: z.array(z.string().min(1)).max(MAX_COUNTED),
});
const pieces = z
  .array(z.object({ sku: z.string().min(1), quantity: z.int().min(1).max(2_147_483_647) }))
  .min(1);
const advanceInput = z.object({
  source: z.enum(SOURCE_NAMES),
  reference: z.string().min(1),
  to: z.enum([
    "picked",
    "packed",
    "shipped",
    "inTransit",
    "outForDelivery",
    "delivered",
    "posted",
    "billed",
    "failure",
    "returned",
  ]),
  short: pieces.optional(),
  reason: z.enum(["SHORT_PICK", "DAMAGED", "WRONG_LOT"]).optional(),
  later: pieces.optional(),
  parcels: z.int().min(1).max(99).optional(),
  release: z.int().min(1).optional(),
  warehouse: z.string().min(1).optional(),
});
const recountInput = z.object({
  source: z.enum(SOURCE_NAMES),
  sku: z.string().min(1),
  warehouse: z.string().min(1),
  onHand: z.int().nonnegative().max(2_147_483_647),
});
const count = z.int().nonnegative().max(2_147_483_647);
const returnsInput = z.object({
  source: z.enum(SOURCE_NAMES).default("wms"),
  reference: z.string().min(1),
  to: z.enum(["received", "inspected"]),
  lines: z
    .array(
      z.object({
        sku: z.string().min(1),
        quantity: z.int().min(1).max(2_147_483_647),
        action: z.enum(["Restock", "Quarantine", "Dispose"]).default("Restock"),
        lot: z.string().min(1).optional(),
      }),
    )
    .optional(),
});
const receiveInput = z.object({
  source: z.enum(SOURCE_NAMES),
  reference: z.string().min(1),
  lines: z
    .array(z.object({ sku: z.string().min(1), received: count, stowed: count.optional() }))
    .default([]),
  isDone: z.boolean().default(true),
});
const priceInput = z.object({
  source: z.enum(SOURCE_NAMES),
  sku: z.string().min(1),
  to: z.string().min(1),
  unitPrice: z.number().nonnegative().max(1_000_000_000).nullable(),
});
const tamperInput = z.strictObject({
  source: z.enum(SOURCE_NAMES),
  type: z.string().min(1),
  reference: z.string(),
  change: z.record(z.string(), z.unknown()),
});
/** Documents of the ERP whose references lead on to the other sources' documents. */
const ORDER_TYPES = ["salesOrder", "salesInvoice", "salesShipment"];

type ControlDeps = {
  readonly calls: CallCounter;
  readonly faults: FaultBoard;
  readonly profiles: ProfileBoard;
  readonly sources: readonly SandboxSource[];
};

/** The side that tests and demos use; a real vendor has nothing like it. */
export function registerControl(
  app: FastifyInstance,
  { calls, faults, profiles, sources }: ControlDeps,
): void {
  const sourceOf = (name: string) => sources.find((source) => source.name === name);

  app.get("/_control/health", () => ({ status: "ok" }));
  app.get("/_control/calls", () => calls.snapshot());
  app.post("/_control/calls/reset", () => {
    calls.reset();
    return { reset: true };
  });
  app.get("/_control/faults", () => ({ faults: faults.list(), struck: faults.struck() }));
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
  const shown = () => ({ profiles: profiles.list(), disturbed: profiles.disturbed() });
  app.get("/_control/profile", shown);
  app.put("/_control/profile", (request, reply) => {
    const input = profileInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    profiles.set(input.data.profiles);
    return shown();
  });
  app.get("/_control/documents", (request, reply) => {
    const input = documentsQuery.safeParse(request.query);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, type, reference } = input.data;
    const all = sourceOf(source)?.documents(type) ?? [];
    const wanted = reference === undefined ? null : relatedReferences(sourceOf("erp"))(reference);
    const documents = all
      .filter((document) => wanted === null || document.references.some((of) => wanted.has(of)))
      .map((document) => document.body);
    return { count: documents.length, documents };
  });
  app.post("/_control/counts", (request, reply) => {
    const input = countsInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, type, references } = input.data;
    const related = relatedReferences(sourceOf("erp"));
    const documents = sourceOf(source)?.documents(type) ?? [];
    const holders = indexByReference(documents);
    const counts = references.map((reference) => {
      const found = new Set<ControlDocument>();
      for (const name of related(reference)) {
        for (const document of holders.get(name) ?? []) found.add(document);
      }
      return found.size;
    });
    return { counts };
  });
  app.post("/_control/advance", (request, reply) => {
    const input = advanceInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, reference, to, ...how } = input.data;
    for (const candidate of relatedReferences(sourceOf("erp"))(reference)) {
      if (sourceOf(source)?.advance?.(candidate, to, how) === true) return { advanced: true, to };
    }
    const error = `${source} has no document with reference ${reference} that can go that way.`;
    return reply.code(404).send({ error });
  });
  app.post("/_control/recount", (request, reply) => {
    const input = recountInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, sku, warehouse, onHand } = input.data;
    if (sourceOf(source)?.recount?.(sku, warehouse, onHand) === true) return { onHand };
    return reply.code(404).send({ error: `${source} counts no ${sku} in ${warehouse}.` });
  });
  app.post("/_control/returns", (request, reply) => {
    const input = returnsInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, reference, to, lines } = input.data;
    const found = lines?.map(({ lot, ...line }) => ({
      ...line,
      ...(lot === undefined ? {} : { lot }),
    }));
    if (sourceOf(source)?.takeBack?.(reference, to, found ?? null) === true) return { to };
    return reply.code(404).send({ error: `${source} awaits no return ${reference}.` });
  });
  app.post("/_control/receive", (request, reply) => {
    const input = receiveInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, reference, lines, isDone } = input.data;
    const arrived = lines.map((line) => ({ ...line, stowed: line.stowed ?? line.received }));
    if (sourceOf(source)?.receive?.(reference, arrived, isDone) === true) return { received: true };
    return reply.code(404).send({ error: `${source} awaits nothing under ${reference}.` });
  });
  app.post("/_control/tamper", (request, reply) => {
    const input = tamperInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, type, reference, change } = input.data;
    if (sourceOf(source)?.tamper?.(type, reference, change) === true) return { tampered: true };
    const error = `${source} has no ${type} ${reference} that could be changed like that.`;
    return reply.code(404).send({ error });
  });
  app.post("/_control/price", (request, reply) => {
    const input = priceInput.safeParse(request.body);
    if (!input.success) return reply.code(400).send({ error: z.prettifyError(input.error) });
    const { source, sku, to, unitPrice } = input.data;
    const lines = sourceOf(source)?.reprice?.(sku, to, unitPrice) ?? 0;
    if (lines > 0) return { lines };
    return reply.code(404).send({ error: `${source} has no agreement with ${to} on ${sku}.` });
  });
}

/** A purchase order number leads to the ERP's order number, which the other sources know. */
function relatedReferences(erp: SandboxSource | undefined): (reference: string) => Set<string> {
  const documents = ORDER_TYPES.flatMap((type) => [...(erp?.documents(type) ?? [])]);
  const holders = indexByReference(documents);
  return (reference) =>
    new Set([
      reference,
      ...(holders.get(reference) ?? []).flatMap((order) => [...order.references]),
    ]);
}

function indexByReference(
  documents: readonly ControlDocument[],
): ReadonlyMap<string, readonly ControlDocument[]> {
  const holders = new Map<string, ControlDocument[]>();
  for (const document of documents) {
    for (const reference of document.references) {
      const known = holders.get(reference);
      if (known === undefined) holders.set(reference, [document]);
      else known.push(document);
    }
  }
  return holders;
}
