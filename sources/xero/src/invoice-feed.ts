import { InvalidValueError, type Instant } from "@crossdock/domain";
import type { InvoiceFeed } from "@crossdock/source-contract";
import { invoiceList } from "./invoice-document.ts";
import { FINE_UNITS, toInvoices, type InvoiceDeps } from "./invoice-reader.ts";
import { secondsOf } from "./wire-values.ts";
import { MAX_PAGE_ROWS } from "./xero-client.ts";

const PAGE_ROWS = 200;
/** The header knows whole seconds and means "after": one second back makes it "at or after". */
const OVERLAP_MS = 1_000;
const PLACE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\/([1-9]\d{0,3})\/([1-9]\d{0,5})$/;
const BEGINNING = "1970-01-01T00:00:01" as const;

/** Where a reading stands: of the records changed after `since`, this page of so many rows is next. */
type Place = { readonly since: string; readonly rows: number; readonly page: number };

/**
 * An invoice that changes while pages are read moves to the end and pulls the rest forward, so that
 * counting pages would skip one. The next call therefore starts again from the last change seen. A
 * page that does not get beyond its first second is read again, larger; only when a thousand
 * invoices changed within one second are pages counted. Some come twice, none is missed.
 */
export function createInvoiceFeed(deps: InvoiceDeps, pageRows: number = PAGE_ROWS): InvoiceFeed {
  return {
    async listChangedInvoices({ since, after }, signal) {
      const place = after === null ? startAt(since, pageRows) : readPlace(after);
      const { Invoices: documents } = await deps.client.get(
        {
          path: "/Invoices",
          query: {
            where: 'Type=="ACCREC"',
            order: "UpdatedDateUTC ASC",
            page: String(place.page),
            pageSize: String(place.rows),
            ...FINE_UNITS,
          },
          schema: invoiceList,
          modifiedSince: place.since,
        },
        signal,
      );
      const last = documents.at(-1);
      const isLast = documents.length < place.rows || last === undefined;
      return {
        items: await toInvoices(documents, deps, signal),
        next: isLast ? null : writePlace(nextPlace(place, last.UpdatedDateUTC, pageRows)),
      };
    },
  };
}

function nextPlace({ since, rows, page }: Place, lastChange: Instant, pageRows: number): Place {
  const further = startAt(lastChange, pageRows);
  if (further.since > since) return further;
  if (rows < MAX_PAGE_ROWS) return { since, rows: Math.min(rows * 2, MAX_PAGE_ROWS), page };
  return { since, rows, page: page + 1 };
}

function startAt(since: Instant | null, rows: number): Place {
  if (since === null) return { since: BEGINNING, rows, page: 1 };
  const before = new Date(Date.parse(since) - OVERLAP_MS).toISOString() as Instant;
  return { since: secondsOf(before), rows, page: 1 };
}

function writePlace({ since, rows, page }: Place): string {
  return `${since}/${String(rows)}/${String(page)}`;
}

/** @throws {InvalidValueError} not one of {@link writePlace} */
function readPlace(raw: string): Place {
  const [whole, since, rows, page] = PLACE.exec(raw) ?? [];
  if (whole === undefined || since === undefined) {
    throw new InvalidValueError("after", raw, "what an earlier page gave as next");
  }
  return { since, rows: Number(rows), page: Number(page) };
}
