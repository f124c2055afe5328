import { creditReturn, issueCreditMemo, parseIdempotencyKey } from "@crossdock/commands";
import {
  addDecimals,
  compareDecimals,
  creditMemoNumberOf,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseInvoiceNumber,
  parseLocalDate,
  parseReturnId,
  parseUomCode,
  type Invoice,
  type InvoiceId,
  type Money,
} from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { createCreditMemoBook, lockCredits, saveCreditMemo } from "../credit-memo-book-postgres.ts";
import { openDispute } from "../disputes.ts";
import { createInvoiceBook, lockInvoices, saveInvoices } from "../invoice-book-postgres.ts";
import { openOrderTaker, type OrderTaker } from "./order-taker.ts";

const AT_ONCE = 24;
const NOW = parseInstant("2026-11-21T09:00:00Z");
const CUSTOMER = parseCustomerNumber("C10010");
const NUMBER = parseInvoiceNumber("SO-7001-1");
const usd = (amount: string): Money => ({
  amount: parseDecimal(amount),
  currency: parseCurrencyCode("USD"),
});
const invoiceOf = (id: InvoiceId, status: Invoice["status"]): Invoice => ({
  id,
  number: NUMBER,
  customerNumber: CUSTOMER,
  orderNumbers: [],
  status,
  issuedOn: parseLocalDate("2026-11-20"),
  dueOn: null,
  lines: [],
  subtotal: usd("10"),
  tax: usd("0"),
  freight: null,
  total: usd("10"),
  balance: usd("10"),
  payments: [],
  creditMemos: [],
  modifiedAt: NOW,
});
const times = <T>(work: (nth: number) => Promise<T>) =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, nth) => work(nth)));

/**
 * What many do to one invoice at the same moment.
 * @param open the ledger of each process that does it: one where there can be but one
 */
export function receivablesSuite(open: () => Promise<readonly Ledger[]>): void {
  let takers: readonly OrderTaker[];
  const takerOf = (nth: number): OrderTaker => {
    const taker = takers[nth % takers.length];
    if (taker === undefined) throw new Error("There is no process.");
    return taker;
  };
  beforeAll(async () => {
    takers = (await open()).map(openOrderTaker);
  }, 30_000);
  afterAll(() => Promise.all(takers.map((taker) => taker.close())));

  /** One credit of 1.00, as far as 10.00 go. @returns whether there was room */
  async function creditOne({ ledger, commandLog }: OrderTaker, id: InvoiceId, key: string) {
    return ledger.transaction(async (trx) => {
      const { memos, serial } = await lockCredits(trx, id);
      const credited = addDecimals(usd("0").amount, ...memos.map(({ total }) => total.amount));
      if (compareDecimals(credited, parseDecimal("9")) > 0) return false;
      const number = creditMemoNumberOf(NUMBER, serial);
      const issuedOn = parseLocalDate("2026-11-21");
      const memo = { number, reason: "Damaged", issuedOn };
      const { command } = await commandLog.accept(trx, issueCreditMemo, {
        clientId: "finance",
        idempotencyKey: parseIdempotencyKey(key),
        requestedBy: "test",
        customerNumber: CUSTOMER,
        data: {
          draft: {
            ...memo,
            invoiceId: id,
            customerNumber: CUSTOMER,
            currency: usd("1").currency,
            isTaxIncluded: true,
            lines: [],
          },
          invoiceNumber: NUMBER,
          orderNumbers: [],
          orderIds: [],
        },
        correlationId: "test",
        causationId: null,
      });
      const saved = { ...memo, serial, commandId: command.id, total: usd("1"), lines: [] };
      await saveCreditMemo(trx, id, saved);
      return true;
    });
  }

  test("credits of an invoice see each other: none too many, and numbered without a hole", async () => {
    const id = parseInvoiceId("I-CREDITED");
    const outcomes = await times((nth) => creditOne(takerOf(nth), id, `credit-${String(nth)}`));
    expect(outcomes.filter(Boolean)).toHaveLength(10);
    const [memos = []] = await createCreditMemoBook(takerOf(0).ledger).readCreditMemos([id]);
    expect(memos.map(({ number }) => number)).toEqual(
      Array.from({ length: 10 }, (_, at) => creditMemoNumberOf(NUMBER, at + 1)),
    );
  });

  test("a credit of our own is claimed once per command, however many try; and never for more than is left", async () => {
    const id = parseInvoiceId("I-RETURNED");
    const number = parseInvoiceNumber("SO-7002-1");
    const billed = {
      lineNumber: 1,
      description: "Bolt",
      sku: null,
      orderLine: null,
      quantity: { value: parseDecimal("10"), uom: parseUomCode("EA") },
      unitPrice: usd("1"),
      lineTotal: usd("10"),
    };
    const claim = (nth: number, commandId: string, status: Invoice["status"] = "POSTED") =>
      createCreditMemoBook(takerOf(nth).ledger).claimCredit({
        commandId,
        invoice: { ...invoiceOf(id, status), number, lines: [billed] },
        lines: [{ lineNumber: 1, quantity: parseDecimal("6") }],
        reason: "Return RMA-0000042-1",
        issuedOn: parseLocalDate("2026-11-21"),
      });
    const commands = await Promise.all(
      ["I", "J"].map((key) =>
        takerOf(0).ledger.transaction((trx) =>
          takerOf(0).commandLog.accept(trx, creditReturn, {
            clientId: "crossdock",
            idempotencyKey: parseIdempotencyKey(`return-${key}`),
            requestedBy: "test",
            customerNumber: CUSTOMER,
            data: { returnId: parseReturnId("01JD0000000000000000000000"), parcel: 1 },
            correlationId: "test",
            causationId: null,
          }),
        ),
      ),
    );
    const [first = "", second = ""] = commands.map(({ command }) => command.id);
    const claims = await times((nth) => claim(nth, first));
    expect(claims[0]).toMatchObject({ draft: { number: creditMemoNumberOf(number, 1) } });
    expect(claims).toEqual(claims.map(() => claims[0]));
    // Also after finance has issued it and the invoice is settled by it.
    expect(await claim(0, first, "CREDITED")).toEqual(claims[0]);
    expect(await claim(1, second)).toMatchObject({ kind: "refused", code: "INVALID_QUANTITY" });
  });

  test("of many who dispute an invoice one opens it, while finance's feed writes the same invoice", async () => {
    const id = parseInvoiceId("I-DISPUTED");
    const { ledger } = takerOf(0);
    await ledger.transaction((trx) => saveInvoices(trx, [invoiceOf(id, "POSTED")], NOW));
    const outcomes = await times(async (nth) => {
      const { ledger: own } = takerOf(nth);
      if (nth % 3 === 0) {
        await own.transaction(async (trx) => {
          await lockInvoices(trx, [id]);
          await saveInvoices(trx, [invoiceOf(id, "OVERDUE")], NOW);
        });
        return "told" as const;
      }
      const dispute = { invoiceId: id, reason: String(nth), openedAt: NOW };
      return own.transaction(async (trx) => {
        await lockInvoices(trx, [id]);
        const who = { id: `dispute-${String(nth)}`, customerNumber: CUSTOMER, openedBy: "test" };
        return openDispute(trx, { ...dispute, ...who });
      });
    });
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
    const book = createInvoiceBook(ledger);
    const [opened] = await book.readOpenDisputes([id]);
    expect(opened).not.toBeNull();
    const refused = outcomes.filter((outcome) => outcome !== null && outcome !== "told");
    expect(refused).toEqual(refused.map(() => opened));
    await ledger.transaction((trx) => saveInvoices(trx, [invoiceOf(id, "PAID")], NOW));
    expect(await book.readOpenDisputes([id])).toEqual([null]);
  });
}
