import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Decimal } from "decimal.js";
import { generateWorld } from "../world/generate-world.ts";
import { requestToken, startFinance, type Answer, type Finance } from "./testing/start-finance.ts";
import { createVendorSchema } from "./testing/vendor-schema.ts";

const accounting = createVendorSchema("xero-accounting.subset.openapi.yaml");
const world = generateWorld();
const OPEN_ORDERS = 60;
let finance: Finance;
beforeAll(async () => {
  finance = await startFinance();
});
afterAll(() => finance.stop());

let serial = 0;
/** A sales invoice that the books accept, with a number of its own. */
const invoice = (changes: Record<string, unknown> = {}) => ({
  Type: "ACCREC",
  InvoiceNumber: `T-${String((serial += 1))}`,
  Reference: "SO-0099999",
  Contact: { ContactNumber: "C10010" },
  Date: "2026-11-20",
  DueDate: "2026-12-20",
  LineAmountTypes: "Exclusive",
  Status: "AUTHORISED",
  LineItems: [
    {
      Description: "Hex Bolt",
      ItemCode: "NG-10001",
      Quantity: "3",
      UnitAmount: "10.05",
      AccountCode: "200",
      TaxType: "NONE",
    },
  ],
  ...changes,
});
const put = (body: unknown, headers: Record<string, string> = {}, query = "") =>
  finance.send(`/Invoices${query}`, { method: "PUT", body, headers });
const created = async (changes: Record<string, unknown> = {}) => {
  const answer = (await (await put({ Invoices: [invoice(changes)] })).json()) as Answer;
  const [row] = answer.Invoices;
  if (row === undefined) throw new Error(JSON.stringify(answer));
  return row;
};
const messagesOf = async (response: Response) =>
  ((await response.json()) as Answer).Elements.flatMap(({ ValidationErrors }) =>
    ValidationErrors.map(({ Message }) => Message),
  );
const where = (text: string) => `where=${encodeURIComponent(text)}`;
const numbersOf = (answer: Answer) => answer.Invoices.map((row) => row.InvoiceNumber);

describe("the front door", () => {
  test("a token needs the right secret and is needed for everything", async () => {
    expect((await requestToken(finance.base, "wrong")).status).toBe(400);
    const headers = { authorization: "Bearer 99999999999.forged" };
    expect((await finance.send("/Invoices/SO-0000001-1", { headers })).status).toBe(401);
  });

  test("a call without the organisation's id is forbidden", async () => {
    const headers = { "xero-tenant-id": "00000000-0000-4000-a000-000000000000" };
    expect((await finance.send("/Contacts", { headers })).status).toBe(403);
  });

  test("a URL above 2,000 characters is refused", async () => {
    const numbers = Array.from({ length: 200 }, (_, at) => `SO-${String(at)}-1`).join(",");
    const { status } = await finance.send(`/Invoices?InvoiceNumbers=${numbers}${"x".repeat(900)}`);
    expect(status).toBe(414);
  });
});

describe("the seed", () => {
  test("every contact owes what the world says its customer owes", async () => {
    const { Contacts } = await finance.json("/Contacts?page=1&pageSize=100");
    const owed = Object.fromEntries(
      Contacts.map((contact) => [
        contact["ContactNumber"],
        new Decimal(
          (contact["Balances"] as { AccountsReceivable: { Outstanding: number } })
            .AccountsReceivable.Outstanding,
        ).toFixed(2),
      ]),
    );
    expect(owed).toEqual(
      Object.fromEntries(world.customers.map(({ number, balance }) => [number, balance])),
    );
  });

  test("every shipped order has one invoice with its lines, and its refers to the order", async () => {
    const { Invoices } = await finance.json("/Invoices?InvoiceNumbers=SO-0000007-1&page=1");
    const order = world.pastOrders[6];
    expect(Invoices[0]).toMatchObject({ Reference: order?.number, Type: "ACCREC", Status: "PAID" });
    expect(Invoices[0]?.LineItems.map((line) => [line["ItemCode"], line["Quantity"]])).toEqual(
      order?.lines.map((line) => [line.sku, Number(line.quantity)]),
    );
    const { pagination } = await finance.json(
      `/Invoices?page=1&pageSize=1&${where('Reference.StartsWith("SO-")')}`,
    );
    expect(pagination["itemCount"]).toBe(world.pastOrders.length - OPEN_ORDERS);
  });
});

describe("reading", () => {
  test("answers have the vendor's names and types", async () => {
    for (const [schema, path] of [
      ["Invoices", "/Invoices?page=1&pageSize=50"],
      ["Invoices", "/Invoices/SO-0000007-1"],
      ["Invoices", "/Invoices?summaryOnly=true&InvoiceNumbers=SO-0000007-1"],
      ["Contacts", "/Contacts?page=1"],
      ["Payments", "/Payments?page=1"],
      ["Items", "/Items/NG-10001"],
      ["Accounts", "/Accounts"],
      ["TaxRates", "/TaxRates"],
      ["Organisations", "/Organisation"],
    ] as const) {
      const body = await finance.json<unknown>(path);
      expect({ path, errors: accounting.errorsOf(schema, body) }).toEqual({ path, errors: [] });
    }
  });

  test("lists by ids and numbers; line items come only with paging", async () => {
    const numbers = "InvoiceNumbers=SO-0000001-1,so-0000002-1,NOPE";
    const plain = await finance.json(`/Invoices?${numbers}`);
    expect(numbersOf(plain)).toEqual(["SO-0000001-1", "SO-0000002-1"]);
    expect(plain.Invoices[0]?.LineItems).toEqual([]);
    const ids = plain.Invoices.map((row) => row.InvoiceID).join(",");
    const paged = await finance.json(`/Invoices?IDs=${ids}&page=1`);
    expect(paged.Invoices[1]?.LineItems.length).toBeGreaterThan(0);
    expect(paged.pagination).toEqual({ page: 1, pageSize: 100, pageCount: 1, itemCount: 2 });
  });

  test("filters with where, orders and pages", async () => {
    const or = await finance.json(
      `/Invoices?${where('Reference=="SO-0000003" OR (InvoiceNumber=="so-0000004-1" AND Total>0)')}`,
    );
    expect(numbersOf(or)).toEqual(["SO-0000003-1", "SO-0000004-1"]);
    const dated = await finance.json(
      `/Invoices?${where("Date>=DateTime(2025,11,20) && Date<DateTime(2025,11,21)")}`,
    );
    expect(dated.Invoices.length).toBe(
      world.pastOrders.filter((order) => order.orderedOn === "2025-11-20").length,
    );
    const last = await finance.json(
      `/Invoices?order=InvoiceNumber%20DESC&page=2&pageSize=2&${where('Reference.StartsWith("SO-")')}`,
    );
    expect(numbersOf(last)).toEqual(["SO-0004938-1", "SO-0004937-1"]);
    const one = or.Invoices[0];
    const byGuid = await finance.json(
      `/Invoices?${where(`InvoiceID==guid("${String(one?.InvoiceID)}")`)}`,
    );
    expect(numbersOf(byGuid)).toEqual(["SO-0000003-1"]);
  });

  test("a filter that cannot be read is a 400 in the vendor's words", async () => {
    for (const bad of ['Nonsense=="x"', "Total>", 'Reference=="x" XOR Total>1', "Total ~ 1"]) {
      const response = await finance.send(`/Invoices?${where(bad)}`);
      expect([bad, response.status]).toEqual([bad, 400]);
      expect(await response.json()).toMatchObject({ Type: "QueryParseException" });
    }
  });

  test("If-Modified-Since leaves only what changed after it", async () => {
    const since = new Date(Date.now() - 1).toISOString().replace("Z", "");
    const { InvoiceNumber } = await created();
    const headers = { "if-modified-since": since };
    expect(numbersOf(await finance.json("/Invoices", { headers }))).toContain(InvoiceNumber);
    const future = { "if-modified-since": "2036-01-01T00:00:00" };
    expect(numbersOf(await finance.json("/Invoices", { headers: future }))).toEqual([]);
  });

  test("an unknown record is a 404", async () => {
    expect((await finance.send("/Invoices/NOPE")).status).toBe(404);
    expect((await finance.send("/Contacts/C99999")).status).toBe(404);
  });
});

describe("writing invoices", () => {
  test("the organisation computes lines, tax and totals, half cents up", async () => {
    const row = await created({
      LineItems: [
        {
          Description: "a",
          Quantity: "3",
          UnitAmount: "1.115",
          AccountCode: "200",
          TaxType: "OUTPUT",
        },
        {
          Description: "b",
          Quantity: "1.5",
          UnitAmount: "0.33",
          AccountCode: "200",
          TaxType: "NONE",
        },
      ],
    });
    expect(
      row.LineItems.map((line) => [line["UnitAmount"], line["LineAmount"], line["TaxAmount"]]),
    ).toEqual([
      [1.12, 3.36, 0.28],
      [0.33, 0.5, 0],
    ]);
    expect(row).toMatchObject({ SubTotal: 3.86, TotalTax: 0.28, Total: 4.14, AmountDue: 4.14 });
    expect(accounting.errorsOf("Invoice", row)).toEqual([]);
  });

  test("unitdp=4 keeps four places of a unit amount", async () => {
    const line = {
      Description: "a",
      Quantity: 1000,
      UnitAmount: 0.0375,
      AccountCode: "200",
      TaxType: "NONE",
    };
    const body = { Invoices: [invoice({ LineItems: [line] })] };
    const { Invoices } = (await (await put(body, {}, "?unitdp=4")).json()) as Answer;
    expect(Invoices[0]?.LineItems[0]).toMatchObject({ UnitAmount: 0.0375, LineAmount: 37.5 });
  });

  test("Inclusive amounts contain their tax, NoTax has none", async () => {
    const line = {
      Description: "a",
      Quantity: 1,
      UnitAmount: 108.25,
      AccountCode: "200",
      TaxType: "OUTPUT",
    };
    const inclusive = await created({ LineAmountTypes: "Inclusive", LineItems: [line] });
    expect(inclusive).toMatchObject({ SubTotal: 100, TotalTax: 8.25, Total: 108.25 });
    const untaxed = await created({ LineAmountTypes: "NoTax", LineItems: [line] });
    expect(untaxed).toMatchObject({ SubTotal: 108.25, TotalTax: 0, Total: 108.25 });
  });

  test("a sales invoice number is used once, whatever its case", async () => {
    const { InvoiceNumber } = await created({ InvoiceNumber: "UNIQUE-1" });
    const again = await put({
      Invoices: [invoice({ InvoiceNumber: InvoiceNumber.toLowerCase() })],
    });
    expect(again.status).toBe(400);
    const body = (await again.clone().json()) as object;
    expect(body).toMatchObject({ ErrorNumber: 10, Type: "ValidationException" });
    expect(await messagesOf(again)).toEqual(["Invoice # must be unique."]);
  });

  test("what the books cannot take is refused with every reason", async () => {
    const bad = { Contact: { ContactNumber: "C99999" }, DueDate: undefined, LineItems: [] };
    expect(await messagesOf(await put({ Invoices: [invoice(bad)] }))).toEqual([
      "The Contact could not be found.",
      "The document cannot be approved without a DueDate.",
      "One or more line items must be specified.",
    ]);
    const line = {
      Description: "a",
      Quantity: 2,
      UnitAmount: 5,
      LineAmount: 11,
      AccountCode: "200",
    };
    expect(await messagesOf(await put({ Invoices: [invoice({ LineItems: [line] })] }))).toEqual([
      "The line total 11 does not match the expected line total 10.00",
    ]);
  });

  test("without summarizeErrors=false one bad entry refuses all, with it each stands for itself", async () => {
    const [good, bad] = [invoice(), invoice({ DueDate: undefined })];
    expect((await put({ Invoices: [good, bad] })).status).toBe(400);
    expect((await finance.send(`/Invoices/${good.InvoiceNumber}`)).status).toBe(404);
    const mixed = await put({ Invoices: [good, bad] }, {}, "?summarizeErrors=false");
    const { Invoices } = (await mixed.json()) as Answer;
    expect(Invoices.map((row) => row["StatusAttributeString"])).toEqual(["OK", "ERROR"]);
    expect((await finance.send(`/Invoices/${good.InvoiceNumber}`)).status).toBe(200);
  });

  test("POST changes what is there; money that moved and closed documents stay", async () => {
    const { InvoiceNumber } = await created({ Status: "DRAFT" });
    const post = (changes: object) =>
      finance.send("/Invoices", {
        method: "POST",
        body: { Invoices: [{ InvoiceNumber, ...changes }] },
      });
    expect(
      ((await (await post({ Status: "AUTHORISED" })).json()) as Answer).Invoices[0],
    ).toMatchObject({
      Status: "AUTHORISED",
      Total: 30.15,
    });
    expect((await post({ Status: "VOIDED" })).status).toBe(200);
    expect(await messagesOf(await post({ Reference: "late" }))).toEqual([
      "Invoice not of valid status for modification",
    ]);
  });
});

describe("Idempotency-Key", () => {
  test("the same request is answered from memory, another one under the same key refused", async () => {
    const body = { Invoices: [invoice()] };
    const key = { "idempotency-key": "key-1" };
    const first = await (await put(body, key)).text();
    expect(await (await put(body, key)).text()).toBe(first);
    expect((await put({ Invoices: [invoice()] }, key)).status).toBe(400);
    expect(
      (await put({ Invoices: [invoice()] }, { "idempotency-key": "k".repeat(129) })).status,
    ).toBe(400);
  });

  test("a refused request is not remembered", async () => {
    const body = {
      Payments: [{ Invoice: { InvoiceNumber: "LATER-1" }, Account: { Code: "090" }, Amount: 1 }],
    };
    const pay = () =>
      finance.send("/Payments", { method: "PUT", body, headers: { "idempotency-key": "key-2" } });
    expect((await pay()).status).toBe(400);
    await created({ InvoiceNumber: "LATER-1" });
    expect((await pay()).status).toBe(200);
  });

  test("documents, keys and tokens outlive the process", async () => {
    const dir = mkdtempSync(join(tmpdir(), "sandbox-finance-"));
    const body = { Invoices: [invoice()] };
    const call = { method: "PUT", body, headers: { "idempotency-key": "key-3" } };
    const before = await startFinance(undefined, dir);
    const first = await before.json("/Invoices", call);
    await before.stop();
    const after = await startFinance(undefined, dir);
    expect(await after.json("/Invoices", call)).toEqual(first);
    await after.stop();
    rmSync(dir, { recursive: true });
  });
});

describe("money", () => {
  const pay = (number: string, amount: number, query = "") =>
    finance.send(`/Payments${query}`, {
      method: "PUT",
      body: {
        Payments: [
          {
            Invoice: { InvoiceNumber: number },
            Account: { Code: "090" },
            Date: "2026-11-21",
            Amount: amount,
          },
        ],
      },
    });
  const read = async (number: string) => (await finance.json(`/Invoices/${number}`)).Invoices[0];

  test("payments reduce what is due until the invoice is PAID, and not further", async () => {
    const { InvoiceNumber } = await created();
    const partial = (await (await pay(InvoiceNumber, 10)).json()) as Answer;
    expect(accounting.errorsOf("Payments", partial)).toEqual([]);
    expect(await read(InvoiceNumber)).toMatchObject({
      Status: "AUTHORISED",
      AmountDue: 20.15,
      AmountPaid: 10,
    });
    expect(await messagesOf(await pay(InvoiceNumber, 20.16))).toEqual([
      "Payment amount exceeds the amount outstanding on this document",
    ]);
    await pay(InvoiceNumber, 20.15);
    expect(await read(InvoiceNumber)).toMatchObject({ Status: "PAID", AmountDue: 0 });
  });

  test("a deleted payment is due again", async () => {
    const { InvoiceNumber } = await created();
    const { Payments } = (await (await pay(InvoiceNumber, 30.15)).json()) as Answer;
    const path = `/Payments/${String(Payments[0]?.PaymentID)}`;
    const gone = await finance.json(path, { method: "POST", body: { Status: "DELETED" } });
    expect(gone.Payments[0]).toMatchObject({ Status: "DELETED" });
    expect(await read(InvoiceNumber)).toMatchObject({
      Status: "AUTHORISED",
      AmountDue: 30.15,
      Payments: [],
    });
  });

  test("two payments of one invoice in one request cannot exceed it together", async () => {
    const { InvoiceNumber } = await created();
    const one = { Invoice: { InvoiceNumber }, Account: { Code: "090" }, Amount: 20 };
    const both = await finance.send("/Payments", { method: "PUT", body: { Payments: [one, one] } });
    expect(both.status).toBe(400);
    expect(await read(InvoiceNumber)).toMatchObject({ AmountDue: 30.15 });
  });

  test("credit is allocated to the customer's invoices, as far as it reaches", async () => {
    const { InvoiceNumber } = await created();
    const line = {
      Description: "Returned",
      Quantity: 1,
      UnitAmount: 40,
      AccountCode: "200",
      TaxType: "NONE",
    };
    const credit = invoice({ Type: "ACCRECCREDIT", CreditNoteNumber: "CM-1", LineItems: [line] });
    const made = await finance.json("/CreditNotes", {
      method: "PUT",
      body: { CreditNotes: [credit] },
    });
    expect(accounting.errorsOf("CreditNotes", made)).toEqual([]);
    expect(made.CreditNotes[0]).toMatchObject({ RemainingCredit: 40, Status: "AUTHORISED" });
    const allocate = (amount: number) =>
      finance.send("/CreditNotes/CM-1/Allocations", {
        method: "PUT",
        body: { Allocations: [{ Invoice: { InvoiceNumber }, Amount: amount, Date: "2026-11-21" }] },
      });
    expect(await messagesOf(await allocate(31))).toEqual([
      "Amount exceeds the amount outstanding on this document",
    ]);
    const allocated = await (await allocate(30.15)).json();
    expect(accounting.errorsOf("Allocations", allocated)).toEqual([]);
    expect(await read(InvoiceNumber)).toMatchObject({ Status: "PAID", AmountCredited: 30.15 });
    const { CreditNotes } = await finance.json("/CreditNotes/CM-1");
    expect(CreditNotes[0]).toMatchObject({ RemainingCredit: 9.85 });
  });

  test("the control side finds documents by order number", async () => {
    await created({ InvoiceNumber: "SO-0077777-1", Reference: "SO-0077777" });
    await pay("SO-0077777-1", 1);
    for (const type of ["invoice", "payment"]) {
      const query = `source=finance&type=${type}&reference=SO-0077777`;
      const answer = await fetch(`${finance.url}/_control/documents?${query}`);
      expect(await answer.json()).toMatchObject({ count: 1 });
    }
  });
});

test("contacts are created and changed, their names and numbers are unique", async () => {
  const write = (method: string, body: object) => finance.send("/Contacts", { method, body });
  const made = await write("PUT", {
    Contacts: [{ Name: "New Yard Ltd.", ContactNumber: "C77777" }],
  });
  expect(accounting.errorsOf("Contacts", await made.json())).toEqual([]);
  expect((await write("PUT", { Contacts: [{ Name: "new yard ltd." }] })).status).toBe(400);
  expect(
    (await write("PUT", { Contacts: [{ Name: "Other", ContactNumber: "C77777" }] })).status,
  ).toBe(400);
  await write("POST", { Contacts: [{ ContactNumber: "C77777", ContactStatus: "ARCHIVED" }] });
  const shown = async (query: string) => (await finance.json(`/Contacts?${query}`)).Contacts.length;
  expect(await shown("searchTerm=C77777")).toBe(0);
  expect(await shown("searchTerm=C77777&includeArchived=true")).toBe(1);
});

test("the check against the vendor's description sees a wrong name and a wrong type", () => {
  const body = { Invoices: [{ InvoiceId: "x", Total: "12", LineItems: [{ Sku: "y" }] }] };
  expect(accounting.errorsOf("Invoices", body)).toHaveLength(3);
});
