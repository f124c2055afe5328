import { randomUUID } from "node:crypto";
import { generateWorld } from "@crossdock/sandbox";
import {
  OwnAccountDocument,
  OwnCreditDocument,
  OwnPricesDocument,
  ReserveInventoryDocument,
  type OwnAccountQuery,
  type OwnPricesQuery,
} from "../../generated/operations.ts";
import { contractLine, world } from "../contract-prices.ts";
import { untilHistoryIsRead } from "../history.ts";
import { anOrder } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

/** Of a whole year. */
const { pastOrders } = generateWorld();
const QUANTITY = "10";
const HELD = 7;
/** So many who ask for prices at once, again and again: cold at first, then whatever is remembered. */
const ROUNDS = 8;
const AT_ONCE = 3;
/** Finance gives few calls a minute. */
const ACCOUNT_ROUNDS = 2;
const FINANCE_MS = 70_000;
const LOOK_AGAIN_MS = 2_000;

type Who = { readonly number: string; readonly token: string };

/**
 * Whatever stands between a question and its source (batches, loaders, caches, books) answers many at once. These are all the
 * fields whose value is the asking account's own, asked by accounts in turn and at once.
 * @param open a stack with all past orders that stands still, of which nobody has ordered yet
 */
export function ownValuesSuite(open: () => Stack): void {
  describe("values of one's own", () => {
    let stack: Stack;
    let buyers: readonly [Who, Who, Who];
    let operator: string;
    let shared: string;
    let lone: string;
    /** Of the first buyer. */
    let reservation: { readonly id: string; readonly warehouse: string };

    beforeAll(async () => {
      stack = open();
      operator = await stack.token("operator");
      await untilHistoryIsRead(stack);
      const [first, second, third] = world.customers
        .filter(({ blocked }) => blocked === "none")
        .map(({ number }) => number);
      if (first === undefined || second === undefined || third === undefined)
        throw new Error("The sandbox has three customers.");
      const numbers = [first, second, third] as const;
      shared = skuWithThreePrices(numbers);
      lone = skuOnlyOf(first, numbers);
      buyers = [await who(first), await who(second), await who(third)];
      reservation = await reserve(buyers[0]);
    });

    const who = async (number: string) => ({
      number,
      token: await stack.token("portal", number),
    });

    async function reserve({ token }: Who) {
      const input = { idempotencyKey: randomUUID(), sku: shared, quantity: String(HELD) };
      const { reserveInventory } = await stack.ask(ReserveInventoryDocument, { input }, token);
      const held = reserveInventory.reservation;
      if (held == null) throw new Error("Nothing could be reserved.");
      return { id: held.id, warehouse: held.warehouse.code };
    }

    const strangerOf = ({ number }: Who) =>
      buyers.find((other) => other.number !== number)?.number ?? "";

    const askPrices = (buyer: Who) =>
      stack.ask(
        OwnPricesDocument,
        { shared, lone, quantity: QUANTITY, stranger: strangerOf(buyer) },
        buyer.token,
      );

    const askAccount = (buyer: Who) => {
      const lines = [{ sku: shared, quantity: QUANTITY }];
      const changes = { lines, warehouse: reservation.warehouse };
      return stack.ask(
        OwnAccountDocument,
        {
          own: buyer.number,
          stranger: strangerOf(buyer),
          reservation: reservation.id,
          order: anOrder(buyer.number, changes),
          strangersOrder: anOrder(strangerOf(buyer), changes),
        },
        buyer.token,
      );
    };

    test("contract prices, their explanations and breaks, asked by three accounts at once", async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const asking = Array.from({ length: AT_ONCE }, () => turned(buyers, round)).flat();
        const told = await Promise.all(asking.map(askPrices));
        asking.forEach((buyer, at) => {
          const answer = told[at];
          if (answer !== undefined) expectOwnPrices(buyer, answer);
        });
      }
    });

    function expectOwnPrices(buyer: Who, answer: OwnPricesQuery): void {
      const { unitPrice } = contractLine(buyer.number, shared, QUANTITY, "EA");
      const price = answer.shared?.price;
      expect([buyer.number, Number(price?.unitPrice.amount)]).toEqual([
        buyer.number,
        Number(unitPrice),
      ]);
      expect(price?.explanation).toContain(`CT-${buyer.number} `);
      expect(answer.shared?.ofStranger).toBeNull();
      expect(answer.lone?.price?.basis).toBe(buyer === buyers[0] ? "CONTRACT" : "LIST");
      expectNothingOfOthers(buyer, answer);
    }

    test("accounts, credit, documents, reservations and previews, asked in turn and at once", async () => {
      const asking = Array.from({ length: ACCOUNT_ROUNDS }, (_, at) => turned(buyers, at)).flat();
      const inTurn: OwnAccountQuery[] = [];
      for (const buyer of buyers) inTurn.push(await askAccount(buyer));
      const atOnce = await Promise.all(asking.map(askAccount));
      [...buyers, ...asking].forEach((buyer, at) => {
        const answer = [...inTurn, ...atOnce][at];
        if (answer !== undefined) expectOwnAccount(buyer, answer);
      });
    });

    function expectOwnAccount(buyer: Who, answer: OwnAccountQuery): void {
      const known = world.customers.find(({ number }) => number === buyer.number);
      const { customer, previewOrder, strangers } = answer;
      expect(customer).toMatchObject({ number: buyer.number, name: known?.name });
      expect(Number(customer?.creditLimit?.amount ?? 0)).toBe(Number(known?.creditLimit));
      expect(answer.stranger).toBeNull();
      expect(answer.reservation?.id ?? null).toBe(buyer === buyers[0] ? reservation.id : null);
      expect(answer.orders.totalCount).toBe(
        pastOrders.filter(({ customerNumber }) => customerNumber === buyer.number).length,
      );
      const { unitPrice } = contractLine(buyer.number, shared, QUANTITY, "EA");
      const [line] = previewOrder.lines;
      expect(Number(line?.price?.unitPrice.amount)).toBe(Number(unitPrice));
      expect(strangers.userErrors.map(({ code }) => code)).toContain("UNKNOWN_CUSTOMER");
      expect(strangers).toMatchObject({ creditAvailable: null, lines: [{ price: null }] });
      expectNothingOfOthers(buyer, answer);
    }

    test("what an account owes and may still buy for is its own, while finance answers", async () => {
      const told = new Map<string, Set<string>>(buyers.map(({ number }) => [number, new Set()]));
      const ask = async ({ number, token }: Who) => {
        const { data, errors } = await stack.query(OwnCreditDocument, { own: number }, token);
        const codes = errors.map(({ extensions }) => extensions?.["code"]);
        expect(codes.filter((code) => code !== "SOURCE_UNAVAILABLE")).toEqual([]);
        if (data?.customer != null) told.get(number)?.add(JSON.stringify(data.customer));
      };
      const until = Date.now() + FINANCE_MS;
      while ([...told.values()].some(({ size }) => size === 0) && Date.now() < until) {
        await Promise.all(buyers.map(ask));
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
      const answers = [...told.values()].map((own) => [...own]);
      expect(answers.map(({ length }) => length)).toEqual(buyers.map(() => 1));
      expect(new Set(answers.flat()).size).toBe(buyers.length);
    });

    test("what an account has set aside is there for its own order, and for nobody else's", async () => {
      const [mine, other] = await Promise.all([askAccount(buyers[0]), askAccount(buyers[1])]);
      const available = ({ previewOrder }: OwnAccountQuery) =>
        Number(previewOrder.lines[0]?.availableToPromise.value);
      expect(available(mine) - available(other)).toBe(HELD);
    });

    test("somebody without a token is told nothing of anybody", async () => {
      const variables = { shared, lone, quantity: QUANTITY, stranger: buyers[0].number };
      const [told] = await Promise.all([
        stack.query(OwnPricesDocument, variables),
        ...buyers.map(askPrices),
      ]);
      expect(told.errors.length).toBeGreaterThan(0);
      expect(JSON.stringify(told.data)).not.toMatch(/unitPrice|CT-|"C\d/);
    });

    test("who sees every account and names none pays the list price", async () => {
      const variables = { shared, lone, quantity: QUANTITY, stranger: buyers[1].number };
      const [told] = await Promise.all([
        stack.ask(OwnPricesDocument, variables, operator),
        ...buyers.map(askPrices),
      ]);
      const list = world.items.find(({ sku }) => sku === shared)?.listPrice;
      expect(told.shared?.price).toMatchObject({ basis: "LIST", breaks: [] });
      expect(Number(told.shared?.price?.unitPrice.amount)).toBe(Number(list));
      expect(told.shared?.price?.explanation).not.toContain("CT-");
      const { unitPrice } = contractLine(buyers[1].number, shared, QUANTITY, "EA");
      expect(Number(told.shared?.ofStranger?.unitPrice.amount)).toBe(Number(unitPrice));
    });

    /** No name of another account is anywhere in the answer: number, contract, company, purchase orders. */
    function expectNothingOfOthers(buyer: Who, answer: unknown): void {
      const text = JSON.stringify(answer);
      for (const { number } of buyers) {
        if (number === buyer.number) continue;
        const name = world.customers.find((other) => other.number === number)?.name ?? number;
        const marks = [`"${number}"`, `CT-${number}`, `PO-${number.slice(1)}-`, name];
        expect(marks.filter((mark) => text.includes(mark))).toEqual([]);
      }
    }
  });
}

/** The others first, each time. */
function turned<Item>(items: readonly Item[], by: number): Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

/** An item that costs each of the accounts something else by its contract. */
function skuWithThreePrices(numbers: readonly string[]): string {
  const found = world.items.find(({ sku }) => {
    const prices = numbers.map((number) => contractPriceOf(number, sku));
    return !prices.includes(null) && new Set(prices).size === prices.length;
  });
  if (found === undefined) throw new Error("No item has three contract prices.");
  return found.sku;
}

/** An item for which one of the accounts has an agreement of any kind, and the others have none. */
function skuOnlyOf(owner: string, numbers: readonly string[]): string {
  const found = world.items.find(({ sku }) => {
    const lines = world.priceLines.filter((line) => line.sku === sku);
    if (lines.some(({ sourceType }) => sourceType !== "Customer")) return false;
    const owners = numbers.filter((number) => lines.some(({ sourceNo }) => sourceNo === number));
    return owners.length === 1 && owners[0] === owner;
  });
  if (found === undefined) throw new Error(`No item has an agreement of ${owner} alone.`);
  return found.sku;
}

function contractPriceOf(number: string, sku: string): string | null {
  const has = world.priceLines.some((line) => line.sku === sku && line.sourceNo === number);
  return has ? contractLine(number, sku, QUANTITY, "EA").unitPrice : null;
}
