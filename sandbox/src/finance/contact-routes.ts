import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Prepared } from "./documents.ts";
import { contactInput, readEntries, type ContactInput } from "./inputs.ts";
import { answerList, listParameter, queryOf } from "./list-query.ts";
import { notFoundProblem } from "./problems.ts";
import { referenceOf, type RouteDeps } from "./router.ts";
import type { ContactRow } from "./rows.ts";
import { writeEntries } from "./write-entries.ts";
import { envelope } from "./xero-json.ts";

type ByContact = { Params: { contact: string } };

export function registerContactRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const { books, render, fields, idempotency } = deps;
  const write = (request: FastifyRequest, find: (input: ContactInput) => ContactRow | undefined) =>
    writeEntries(request, readEntries(request.body, "Contacts", contactInput), {
      name: "Contacts",
      prepare: (input) => bookContact(input, find(input), deps),
      save: books.saveContact,
      render: (row) => render.contact(row),
    });
  const existing = ({ ContactID: id, ContactNumber: number }: ContactInput) =>
    books.findContact({ id, number });

  app.get("/Contacts", { config: { operation: "GET Contacts" } }, (request) =>
    answerList(request, {
      name: "Contacts",
      rows: wantedContacts(request, deps),
      fields: fields.contact,
      updatedAt: (row) => row.updatedAt,
      render: (row, detail) => render.contact(row, detail),
    }),
  );
  app.get<ByContact>("/Contacts/:contact", { config: { operation: "GET Contact" } }, (request) => {
    const row = books.findContact(referenceOf(request.params.contact));
    if (row === undefined) throw notFoundProblem();
    return envelope("Contacts", [render.contact(row)]);
  });
  app.put("/Contacts", { config: { operation: "PUT Contacts" } }, (request, reply) =>
    idempotency.once(request, reply, () => write(request, () => undefined)),
  );
  app.post("/Contacts", { config: { operation: "POST Contacts" } }, (request, reply) =>
    idempotency.once(request, reply, () => write(request, existing)),
  );
}

function* wantedContacts(request: FastifyRequest, { books }: RouteDeps): Generator<ContactRow> {
  const query = queryOf(request);
  const ids = listParameter(query, "IDs");
  const term = query["searchTerm"]?.toLowerCase();
  const withArchived = query["includeArchived"] === "true";
  for (const row of books.contacts.values()) {
    if (ids !== null && !ids.has(row.contactId)) continue;
    if (!withArchived && row.status === "ARCHIVED") continue;
    const searched = `${row.name}\n${row.contactNumber ?? ""}\n${row.email}`.toLowerCase();
    if (term !== undefined && !searched.includes(term)) continue;
    yield row;
  }
}

/** Names are unique among active contacts, numbers among all. */
function bookContact(
  input: ContactInput,
  before: ContactRow | undefined,
  { books, now }: RouteDeps,
): Prepared<ContactRow> {
  const name = input.Name ?? before?.name;
  if (name === undefined) return { kind: "refused", messages: ["Name must be specified."] };
  const messages: string[] = [];
  const others = [...books.contacts.values()].filter((row) => row.contactId !== before?.contactId);
  const sameName = (row: ContactRow) => row.name.toLowerCase() === name.toLowerCase();
  if (others.some((row) => row.status === "ACTIVE" && sameName(row))) {
    messages.push(
      `The contact name ${name} is already assigned to another contact. The contact name must be unique across all active contacts.`,
    );
  }
  const number = input.ContactNumber ?? before?.contactNumber ?? null;
  if (number !== null && others.some((row) => row.contactNumber === number)) {
    messages.push(`The contact number ${number} is already assigned to another contact.`);
  }
  if (messages.length > 0) return { kind: "refused", messages };
  return {
    kind: "ready",
    row: {
      contactId: before?.contactId ?? randomUUID(),
      contactNumber: number,
      name,
      email: input.EmailAddress ?? before?.email ?? "",
      status: input.ContactStatus ?? before?.status ?? "ACTIVE",
      address: before?.address ?? null,
      paymentTermsDays: before?.paymentTermsDays ?? null,
      updatedAt: now().toISOString(),
    },
  };
}
