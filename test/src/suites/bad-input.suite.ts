import { print } from "graphql";
import {
  CommandCountDocument,
  OrderStatusDocument,
  SubmitOrderDocument,
  SubmitOrdersDocument,
  type SubmitOrderInput,
} from "../../generated/operations.ts";
import { world } from "../contract-prices.ts";
import { anOrder, STAPLE } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10010";
const OTHER = "C10020";
const MAX_DEPTH = 15;

export function badInputSuite(open: () => Stack): void {
  describe("bad input", () => {
    let stack: Stack;
    let portal: string;
    let operator: string;
    let before: readonly number[];
    beforeAll(async () => {
      stack = open();
      [portal, operator] = await Promise.all([
        stack.token("portal", CUSTOMER),
        stack.token("operator"),
      ]);
      before = await documents();
    });

    function documents(): Promise<number[]> {
      return Promise.all([
        stack.sandbox.count("erp", "salesOrder"),
        stack.sandbox.count("wms", "order"),
        stack.sandbox.count("finance", "invoice"),
      ]);
    }

    const line = (changes: Partial<SubmitOrderInput["lines"][number]>) => ({
      lines: [{ sku: STAPLE, quantity: "2", ...changes }],
    });
    const accountThat = (is: (customer: (typeof world.customers)[number]) => boolean) =>
      world.customers.find(is)?.number ?? "none";

    type Refusal = {
      readonly what: string;
      readonly changes: Partial<SubmitOrderInput>;
      readonly code: string;
      readonly field: readonly string[] | null;
    };
    const refusals: readonly Refusal[] = [
      {
        what: "an unknown sku",
        changes: line({ sku: "NG-99999" }),
        code: "UNKNOWN_SKU",
        field: ["lines", "0", "sku"],
      },
      {
        what: "a sku that can be none",
        changes: line({ sku: "'; drop table" }),
        code: "UNKNOWN_SKU",
        field: ["lines", "0", "sku"],
      },
      ...["0", "-1", "1.5", "1000000001"].map((quantity) => ({
        what: `a quantity of ${quantity}`,
        changes: line({ quantity }),
        code: "INVALID_QUANTITY",
        field: ["lines", "0", "quantity"],
      })),
      {
        what: "a unit that the item does not have",
        changes: line({ uom: "PF" }),
        code: "INVALID_UOM",
        field: ["lines", "0", "uom"],
      },
      {
        what: "a fraction of a box",
        changes: line({ uom: "BX", quantity: "0.25" }),
        code: "INVALID_QUANTITY",
        field: ["lines", "0", "quantity"],
      },
      {
        what: "another price than the contract's",
        changes: line({ expectedUnitPrice: "0.01" }),
        code: "PRICE_MISMATCH",
        field: ["lines", "0", "expectedUnitPrice"],
      },
      {
        what: "more than there is, when nothing may wait",
        changes: { ...line({ quantity: "100000" }), allowBackorder: false },
        code: "INSUFFICIENT_STOCK",
        field: ["lines", "0", "quantity"],
      },
      {
        what: "more than the account's credit",
        changes: line({ quantity: "100000" }),
        code: "CREDIT_EXCEEDED",
        field: null,
      },
      {
        what: "an order of no lines",
        changes: { lines: [] },
        code: "EMPTY_ORDER",
        field: ["lines"],
      },
      {
        what: "an order of too many lines",
        changes: { lines: Array.from({ length: 501 }, () => ({ sku: STAPLE, quantity: "1" })) },
        code: "TOO_MANY_LINES",
        field: ["lines"],
      },
      {
        what: "an unknown account",
        changes: { customerId: "C99990" },
        code: "UNKNOWN_CUSTOMER",
        field: ["customerId"],
      },
      {
        what: "an account number that can be none",
        changes: { customerId: "%00" },
        code: "UNKNOWN_CUSTOMER",
        field: ["customerId"],
      },
      {
        what: "another customer's account",
        changes: { customerId: OTHER },
        code: "UNKNOWN_CUSTOMER",
        field: ["customerId"],
      },
      {
        what: "an unknown warehouse",
        changes: { warehouse: "MOON" },
        code: "UNKNOWN_WAREHOUSE",
        field: ["warehouse"],
      },
      {
        what: "an empty idempotency key",
        changes: { idempotencyKey: "" },
        code: "INVALID_VALUE",
        field: ["idempotencyKey"],
      },
      {
        what: "an idempotency key of 256 characters",
        changes: { idempotencyKey: "k".repeat(256) },
        code: "INVALID_VALUE",
        field: ["idempotencyKey"],
      },
      ...[-1, 10_001].map((waitMs) => ({
        what: `a wait of ${String(waitMs)} ms`,
        changes: { waitMs },
        code: "INVALID_VALUE",
        field: ["waitMs"],
      })),
      {
        what: "a reference that no ERP could hold",
        changes: { customerReference: "x".repeat(36) },
        code: "INVALID_VALUE",
        field: ["customerReference"],
      },
      {
        what: "a country that is none",
        changes: { shipTo: { lines: ["1 Main St"], city: "Springfield", country: "USA" } },
        code: "INVALID_ADDRESS",
        field: ["shipTo", "country"],
      },
    ];

    test.each(refusals)("$what is refused with $code", async ({ changes, code, field }) => {
      const input = anOrder(CUSTOMER, changes);
      const answer = await stack.query(SubmitOrderDocument, { input }, portal);
      expect(answer.errors).toEqual([]);
      const { command, order, userErrors } = answer.data?.submitOrder ?? {};
      expect([command, order]).toEqual([null, null]);
      const [refusal] = userErrors?.filter((error) => error.code === code) ?? [];
      expect(refusal?.field ?? null).toEqual(field);
      expect(refusal?.message).toMatch(/^\S.{10,}\.$/);
    });

    test.each(["all", "ship"] as const)(
      "an account that the ERP has blocked for %s cannot order",
      async (blocked) => {
        const number = accountThat((customer) => customer.blocked === blocked);
        const input = anOrder(number);
        const { submitOrder } = await stack.ask(SubmitOrderDocument, { input }, operator);
        expect(submitOrder).toMatchObject({
          command: null,
          order: null,
          userErrors: [{ code: "CUSTOMER_ON_HOLD", field: ["customerId"] }],
        });
      },
    );

    test("everything that is wrong with an order is said at once", async () => {
      const input = anOrder(CUSTOMER, {
        idempotencyKey: "",
        lines: [
          { sku: "NG-99999", quantity: "1" },
          { sku: STAPLE, quantity: "-1" },
          { sku: STAPLE, quantity: "1", uom: "PF" },
        ],
      });
      const { submitOrder } = await stack.ask(SubmitOrderDocument, { input }, portal);
      expect(submitOrder.userErrors.map(({ code, field }) => [code, field?.join(".")])).toEqual([
        ["INVALID_VALUE", "idempotencyKey"],
        ["UNKNOWN_SKU", "lines.0.sku"],
        ["INVALID_QUANTITY", "lines.1.quantity"],
        ["INVALID_UOM", "lines.2.uom"],
      ]);
    });

    test.each(["ZZZZZZZZZZ", "erp-SO-9999999", "", "a/b", "🦄"])(
      "the order %j is none",
      async (id) => {
        expect(await stack.ask(OrderStatusDocument, { id }, portal)).toEqual({ order: null });
      },
    );

    const SUBMIT = print(SubmitOrderDocument);
    const MAX_ORDERS = 500;
    const MEGABYTE = 1_024 * 1_024;
    const submitBody = (changes: Readonly<Record<string, unknown>>) =>
      JSON.stringify({ query: SUBMIT, variables: { input: { ...anOrder(CUSTOMER), ...changes } } });
    /** `customer { orders { edges { node { …` so often that it is deeper than any page needs. */
    const deepQuery = (times: number) =>
      `{ orders { edges { node { ${"customer { orders { edges { node { ".repeat(times)}id${" } } } }".repeat(times)} } } } }`;

    type Malformed = {
      readonly what: string;
      readonly body: string;
      readonly code: string;
      readonly says: RegExp;
    };
    const malformed: readonly Malformed[] = [
      { what: "a body that is no JSON", body: '{"query": ', code: "BAD_USER_INPUT", says: /JSON/i },
      { what: "a body without a query", body: "{}", code: "BAD_USER_INPUT", says: /query|body/i },
      {
        what: "a query that does not parse",
        body: JSON.stringify({ query: "{ order(" }),
        code: "GRAPHQL_PARSE_FAILED",
        says: /Syntax Error/,
      },
      {
        what: "a field that does not exist",
        body: JSON.stringify({ query: "{ secrets }" }),
        code: "GRAPHQL_VALIDATION_FAILED",
        says: /secrets/,
      },
      {
        what: "a query that is too deep",
        body: JSON.stringify({ query: deepQuery(MAX_DEPTH) }),
        code: "DEPTH_LIMIT",
        says: new RegExp(`at most ${String(MAX_DEPTH)}`),
      },
      {
        what: "a boolean as quantity",
        body: submitBody({ lines: [{ sku: STAPLE, quantity: true }] }),
        code: "BAD_USER_INPUT",
        says: /Decimal|quantity/,
      },
      {
        what: "words as quantity",
        body: submitBody({ lines: [{ sku: STAPLE, quantity: "a dozen" }] }),
        code: "BAD_USER_INPUT",
        says: /decimal|quantity/i,
      },
      {
        what: "a float as quantity",
        body: submitBody({ lines: [{ sku: STAPLE, quantity: 1.1 }] }),
        code: "BAD_USER_INPUT",
        says: /text|quantity/,
      },
      {
        what: "an object as sku",
        body: submitBody({ lines: [{ sku: {}, quantity: "1" }] }),
        code: "BAD_USER_INPUT",
        says: /input\.lines\[0\]\.sku/,
      },
      {
        what: "a missing line list",
        body: submitBody({ lines: undefined }),
        code: "BAD_USER_INPUT",
        says: /lines/,
      },
      {
        what: "a date that is none",
        body: submitBody({ requestedDeliveryDate: "2026-02-30" }),
        code: "BAD_USER_INPUT",
        says: /date|2026-02-30/i,
      },
      {
        what: "a call of 501 orders",
        body: JSON.stringify({
          query: print(SubmitOrdersDocument),
          variables: { inputs: Array.from({ length: MAX_ORDERS + 1 }, () => anOrder(CUSTOMER)) },
        }),
        code: "BAD_USER_INPUT",
        says: new RegExp(`inputs.*at most ${String(MAX_ORDERS)} orders`),
      },
      {
        what: "an input of 5 MB",
        body: submitBody({ customerReference: "x".repeat(5 * MEGABYTE) }),
        code: "BAD_USER_INPUT",
        says: /large|bytes/i,
      },
      {
        what: "a page of 101",
        body: JSON.stringify({ query: "{ orders(first: 101) { edges { cursor } } }" }),
        code: "BAD_USER_INPUT",
        says: /1 to 100/,
      },
      {
        what: "a cursor that was never ours",
        body: JSON.stringify({ query: '{ orders(after: "page2") { edges { cursor } } }' }),
        code: "BAD_USER_INPUT",
        says: /after/,
      },
    ];

    test.each(malformed)("$what is answered with $code", async ({ body, code, says }) => {
      const { errors } = await stack.post(body, portal);
      expect(errors.map(({ extensions }) => extensions?.["code"])).toEqual(errors.map(() => code));
      expect(errors[0]?.message).toMatch(says);
      expect(JSON.stringify(errors)).not.toMatch(/stack|node_modules|\.ts:/);
    });

    test("without a token nothing is answered", async () => {
      const input = anOrder(CUSTOMER);
      const { data, errors } = await stack.query(SubmitOrderDocument, { input });
      expect(data).toBeNull();
      expect(errors.map(({ extensions }) => extensions?.["code"])).toEqual(["UNAUTHENTICATED"]);
    });

    test.each(["nonsense", "eyJhbGciOiJub25lIn0.eyJjdXN0b21lcnMiOiJhbGwifQ."])(
      "the token %s is refused with 401",
      async (token) => {
        const { status, errors } = await stack.query(
          SubmitOrderDocument,
          { input: anOrder(CUSTOMER) },
          token,
        );
        expect(status).toBe(401);
        expect(errors.map(({ extensions }) => extensions?.["code"])).toEqual(["UNAUTHENTICATED"]);
      },
    );

    test("a token without the scope is told which one it lacks", async () => {
      const carrier = await stack.token("carrier");
      const { data, errors } = await stack.query(
        SubmitOrderDocument,
        { input: anOrder(CUSTOMER) },
        carrier,
      );
      expect(data).toBeNull();
      expect(errors[0]?.extensions?.["code"]).toBe("FORBIDDEN");
      expect(errors[0]?.message).toContain("orders:write");
    });

    test("after all of that there is no command, and no document more at any source", async () => {
      expect(await documents()).toEqual(before);
      const { commands } = await stack.ask(CommandCountDocument, {}, operator);
      expect(commands.totalCount).toBe(0);
    });
  });
}
