import { startFinance, type Finance } from "./testing/start-finance.ts";

let finance: Finance;
beforeAll(async () => {
  finance = await startFinance();
});
afterAll(() => finance.stop());

const today = () => new Date().toISOString().slice(0, 10);
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const switchTo = (profiles: readonly string[]) =>
  fetch(`${finance.url}/_control/profile`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ profiles }),
  });
const invoice = (number: string, date: string) => ({
  Type: "ACCREC",
  Status: "AUTHORISED",
  InvoiceNumber: number,
  Contact: { ContactNumber: "C10010" },
  Date: date,
  DueDate: tomorrow(),
  LineItems: [{ Description: "One", Quantity: 1, UnitAmount: 10, AccountCode: "200" }],
});
const book = (number: string, date: string) =>
  finance.send("/Invoices", { method: "PUT", body: { Invoices: [invoice(number, date)] } });

test("a closed period takes no posting of its days, says until when, and takes later ones", async () => {
  expect((await book("LOCK-1", today())).status).toBe(200);
  await switchTo(["period-close"]);
  const refused = await book("LOCK-2", today());
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    Type: "ValidationException",
    Elements: [
      {
        ValidationErrors: [
          { Message: expect.stringMatching(/^The document date cannot be before the period lock/) },
        ],
      },
    ],
  });
  const payment = { Invoice: { InvoiceNumber: "LOCK-1" }, Account: { Code: "090" }, Amount: 10 };
  const pay = (Date: string) =>
    finance.send("/Payments", { method: "PUT", body: { Payments: [{ ...payment, Date }] } });
  expect((await pay(today())).status).toBe(400);
  expect((await book("LOCK-3", tomorrow())).status).toBe(200);
  expect((await pay(tomorrow())).status).toBe(200);
  const { Organisations } = await finance.json<{ Organisations: object[] }>("/Organisation");
  expect(Organisations).toMatchObject([
    { PeriodLockDate: `/Date(${String(Date.parse(today()))}+0000)/` },
  ]);

  await switchTo([]);
  expect((await book("LOCK-2", today())).status).toBe(200);
});
