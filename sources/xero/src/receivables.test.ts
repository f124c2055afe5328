import { addMoney, compareDecimals, parseCustomerNumber, parseLocalDate } from "@crossdock/domain";
import { generateWorld } from "@crossdock/sandbox";
import { openBooks, type OpenBooks } from "./testing/books.ts";

let books: OpenBooks;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

const TODAY = parseLocalDate("2026-11-21");
const signal = () => AbortSignal.timeout(10_000);
const customers = generateWorld().customers;

test("every customer owes what the world says, and the ages add up to it", async () => {
  const numbers = customers.map(({ number }) => parseCustomerNumber(number));
  const found = await books.system.receivables.readReceivables(numbers, TODAY, signal());
  expect(found.map((owed) => owed?.balance.amount)).toEqual(
    customers.map(({ balance }) => balance),
  );
  for (const owed of found) {
    const [first, ...rest] = owed?.aging.map(({ amount }) => amount) ?? [];
    if (owed === null || first === undefined) throw new Error("no ages");
    expect(compareDecimals(addMoney(first, ...rest).amount, owed.balance.amount)).toBe(0);
  }
});

test("sixty customers cost four calls, once their ids are known", async () => {
  const numbers = customers.map(({ number }) => parseCustomerNumber(number));
  await books.system.receivables.readReceivables(numbers.slice(0, 1), TODAY, signal());
  const before = await books.calls();
  await books.system.receivables.readReceivables(numbers, TODAY, signal());
  expect((await books.calls()) - before).toBe(4);
});

test("an open invoice grows older with the day that is asked for", async () => {
  const number = parseCustomerNumber("C10010");
  const on = async (date: string) => {
    const [owed] = await books.system.receivables.readReceivables(
      [number],
      parseLocalDate(date),
      signal(),
    );
    if (!owed) throw new Error("C10010 is unknown.");
    const age = owed.aging.find(
      ({ amount }) => compareDecimals(amount.amount, owed.balance.amount) === 0,
    );
    return [owed.overdue.amount, age?.fromDays ?? null];
  };
  const { balance } = customers[0] ?? { balance: "" };
  expect(await on("2025-11-20")).toEqual(["0.00", 0]);
  expect(await on("2036-01-01")).toEqual([balance, 91]);
});

test("a customer that finance does not know owes null, in its place", async () => {
  const numbers = ["C10020", "C99999", "C10010"].map(parseCustomerNumber);
  const found = await books.system.receivables.readReceivables(numbers, TODAY, signal());
  expect(found.map((owed) => owed?.customerNumber ?? null)).toEqual(["C10020", null, "C10010"]);
});

test("credit that is not applied yet lowers the balance, not what is overdue", async () => {
  const number = parseCustomerNumber("C10030");
  const read = async () => {
    const [owed] = await books.system.receivables.readReceivables([number], TODAY, signal());
    return owed;
  };
  const before = await read();
  const line = {
    Description: "Bonus",
    Quantity: 1,
    UnitAmount: 12.5,
    AccountCode: "200",
    TaxType: "NONE",
  };
  const credit = {
    Type: "ACCRECCREDIT",
    Contact: { ContactNumber: "C10030" },
    Status: "AUTHORISED",
  };
  await books.book("PUT", "/CreditNotes", { CreditNotes: [{ ...credit, LineItems: [line] }] });
  const after = await read();
  expect(Number(before?.balance.amount) - Number(after?.balance.amount)).toBeCloseTo(12.5, 5);
  expect([after?.overdue, after?.aging]).toEqual([before?.overdue, before?.aging]);
});

test("nonsense is asked for once a minute", async () => {
  const nonsense = [parseCustomerNumber("C88888")];
  const read = () => books.system.receivables.readReceivables(nonsense, TODAY, signal());
  await read();
  const before = await books.calls();
  expect(await read()).toEqual([null]);
  expect(await books.calls()).toBe(before);
});
