import { parseCustomerNumber, type CustomerNumber } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import { z } from "zod";
import { toKeyLists } from "./key-lists.ts";
import type { XeroClient } from "./xero-client.ts";

/**
 * Invoices name their contact by id alone, customers are known by number: both ways between them.
 * Numbers are ours and hardly change, so all contacts are read once and kept for some hours.
 */
export interface ContactDirectory {
  /** @returns the number per id; contacts without a number, or unknown ones, are left out */
  numbersOf(
    contactIds: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, CustomerNumber>>;
  /**
   * For a write: asks again also for what was unknown a moment ago, for a person may just have added it.
   * @returns `null` for an unknown number
   */
  idOf(number: CustomerNumber, signal: AbortSignal): Promise<string | null>;
  /** @returns the id per number; unknown numbers are left out */
  idsOf(
    numbers: readonly CustomerNumber[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>>;
}

const LIFETIME_MS = 6 * 3_600_000;
/** For this long an unknown contact stays unknown: nonsense must not become traffic at the source. */
const UNKNOWN_FOR_MS = 60_000;
const LOAD_TIMEOUT_MS = 30_000;
const MAX_UNKNOWN = 10_000;
const MAX_NUMBERS_PER_FILTER = 20;

const contact = z.object({ ContactID: z.string(), ContactNumber: z.string().nullish() });
type Contact = z.infer<typeof contact>;

type Book = {
  readonly loadedAt: number;
  readonly numberById: Map<string, CustomerNumber>;
  readonly idByNumber: Map<string, string>;
  /** Asked for and not found, with the time of the question. */
  readonly unknown: Map<string, number>;
};

export function createContactDirectory(client: XeroClient, clock: Clock): ContactDirectory {
  let book: Book | null = null;
  let pending: Promise<Book> | null = null;

  const load = async (): Promise<Book> => {
    // Many calls wait for this one: it must not end because the first of them gave up.
    const signal = AbortSignal.timeout(LOAD_TIMEOUT_MS);
    const query = { summaryOnly: "true", includeArchived: "true" };
    const rows = await client.getAll({ path: "/Contacts", query, row: contact }, signal);
    const fresh: Book = {
      loadedAt: clock.nowMs(),
      numberById: new Map(),
      idByNumber: new Map(),
      unknown: new Map(),
    };
    enter(fresh, rows);
    book = fresh;
    return fresh;
  };
  const current = async (signal: AbortSignal): Promise<Book> => {
    signal.throwIfAborted();
    if (book !== null && clock.nowMs() - book.loadedAt < LIFETIME_MS) return book;
    pending ??= load().finally(() => {
      pending = null;
    });
    return pending;
  };
  /** Keys that are new since the book was read, as far as they were not asked for a moment ago. */
  const worthAsking = (from: Book, keys: readonly string[]) => {
    const asked = clock.nowMs() - UNKNOWN_FOR_MS;
    return [...new Set(keys)].filter((key) => (from.unknown.get(key) ?? 0) <= asked);
  };
  const ask = async (
    into: Book,
    keys: readonly string[],
    read: (keys: readonly string[]) => Promise<readonly Contact[]>,
  ) => {
    const wanted = worthAsking(into, keys);
    if (wanted.length === 0) return;
    enter(into, await read(wanted));
    if (into.unknown.size > MAX_UNKNOWN) into.unknown.clear();
    for (const key of wanted) into.unknown.set(key, clock.nowMs());
  };
  const readContacts = (query: Readonly<Record<string, string>>, signal: AbortSignal) =>
    client.getAll(
      { path: "/Contacts", query: { ...query, includeArchived: "true" }, row: contact },
      signal,
    );

  const idsOf: ContactDirectory["idsOf"] = async (numbers, signal) => {
    const from = await current(signal);
    const missing = numbers.filter((number) => !from.idByNumber.has(number));
    await ask(from, missing, async (keys) => {
      const filters = filtersOf(keys);
      const found = await Promise.all(filters.map((where) => readContacts({ where }, signal)));
      return found.flat();
    });
    return from.idByNumber;
  };

  return {
    async numbersOf(contactIds, signal) {
      const from = await current(signal);
      const missing = contactIds.filter((contactId) => !from.numberById.has(contactId));
      await ask(from, missing, async (keys) => {
        const lists = toKeyLists(keys);
        const found = await Promise.all(lists.map((list) => readContacts({ IDs: list }, signal)));
        return found.flat();
      });
      return from.numberById;
    },
    idsOf,
    async idOf(number, signal) {
      (await current(signal)).unknown.delete(number);
      return (await idsOf([number], signal)).get(number) ?? null;
    },
  };
}

function enter(book: Book, contacts: readonly Contact[]): void {
  for (const { ContactID, ContactNumber } of contacts) {
    if (!ContactNumber) continue;
    const number = parseCustomerNumber(ContactNumber);
    book.numberById.set(ContactID, number);
    book.idByNumber.set(number, ContactID);
  }
}

function filtersOf(numbers: readonly string[]): string[] {
  const filters: string[] = [];
  for (let at = 0; at < numbers.length; at += MAX_NUMBERS_PER_FILTER) {
    const some = numbers.slice(at, at + MAX_NUMBERS_PER_FILTER);
    filters.push(some.map((number) => `ContactNumber==${quote(number)}`).join(" OR "));
  }
  return filters;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
