import {
  DEFAULT_ACCEPTANCE_POLICY,
  DEFAULT_CHANNEL_RULES,
  DEFAULT_SOURCING_POLICY,
  parseSku,
  type SubstitutePolicy,
  type SubstitutionMode,
} from "@crossdock/domain";
import { openStand, portal, type Stand } from "./testing/stand.ts";
import { HARBOR } from "./testing/systems.ts";

const policy: SubstitutePolicy = {
  rules: [{ sku: parseSku("NG-1"), by: [parseSku("NG-OFF"), parseSku("NG-2")], price: "ORIGINAL" }],
  refusedBy: [],
};
const PREVIEW = `query ($input: SubmitOrderInput!) { previewOrder(input: $input) { notices { code }
  lines { sku substituteFor lineTotal { amount } substitutes { sku available { value } price { unitPrice { amount } basis } } }
  userErrors { code field } } }`;
const SUBMIT = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { notices { code message field }
  order { id lines { product { id } substituteFor { id } unitPrice { amount } priceBasis } } userErrors { code field } } }`;

let stand: Stand;
let made = 0;
afterEach(() => stand.close());

const open = async (substitution: SubstitutionMode, substitutes = policy) => {
  stand = await openStand({
    acceptancePolicy: {
      ...DEFAULT_ACCEPTANCE_POLICY,
      rules: { ...DEFAULT_CHANNEL_RULES, substitution },
    },
    sourcingPolicy: { ...DEFAULT_SOURCING_POLICY, substitutes },
  });
};
/** EAST has 100 of each product and WEST 20. */
const input = (quantity: string, line: object = {}) => ({
  idempotencyKey: `substitute-${String((made += 1))}`,
  customerId: "C10010",
  warehouse: "WEST",
  lines: [{ sku: "NG-1", quantity, ...line }],
});
const preview = async (asked: object) =>
  (await stand.ask(PREVIEW, { input: asked }, portal)).data.previewOrder;
const submit = async (asked: object) =>
  (await stand.ask(SUBMIT, { input: asked }, portal)).data.submitOrder;

test("what has to wait is offered with what may stand in for it, is sold, and what that costs; what is there needs nothing else", async () => {
  await open("offered");
  const short = await preview(input("30"));
  expect(short.lines).toMatchObject([
    {
      sku: "NG-1",
      substituteFor: null,
      substitutes: [
        {
          sku: "NG-2",
          available: { value: "20" },
          price: { unitPrice: { amount: "3.50" }, basis: "CONTRACT" },
        },
      ],
    },
  ]);
  const there = await preview(input("20"));
  expect(there.lines).toMatchObject([{ substitutes: [] }]);
});

test("a buyer who agrees to another product has it at the rule's price, and the order keeps what was wanted", async () => {
  await open("offered");
  const { order, userErrors } = await submit(input("10", { sku: "NG-2", substituteFor: "NG-1" }));
  expect(userErrors).toEqual([]);
  expect(order.lines).toMatchObject([
    {
      product: { id: "NG-2" },
      substituteFor: { id: "NG-1" },
      unitPrice: { amount: "3.50" },
      priceBasis: "CONTRACT",
    },
  ]);
});

test.each([
  ["the channel refuses it", "refused", policy, "NG-2"],
  ["the account refuses it", "offered", { ...policy, refusedBy: [HARBOR] }, "NG-2"],
  ["no rule says so", "offered", { ...policy, rules: [] }, "NG-2"],
] as const)("nothing stands in for anything where %s", async (_why, mode, rules, sku) => {
  await open(mode, rules);
  const short = await preview(input("30"));
  expect(short.lines).toMatchObject([{ substitutes: [] }]);
  const { userErrors } = await submit(input("10", { sku, substituteFor: "NG-1" }));
  expect(userErrors).toEqual([
    { code: "ITEM_NOT_ALLOWED", field: ["lines", "0", "substituteFor"] },
  ]);
});

test("where a channel says so another product is taken by itself, and its buyer is told", async () => {
  await open("automatic", {
    ...policy,
    rules: [{ sku: parseSku("NG-1"), by: [parseSku("NG-2")], price: "OWN" }],
  });
  const whole = { ...input("30"), warehouse: null };
  // EAST has 100 of what was ordered: nothing stands in for it.
  expect((await preview(whole)).notices).toEqual([]);
  await stand.ask(
    SUBMIT,
    { input: { ...input("100"), warehouse: "EAST", allowBackorder: false } },
    portal,
  );
  const { order, notices, userErrors } = await submit({ ...input("30"), warehouse: "EAST" });
  expect(userErrors).toEqual([]);
  expect(notices).toEqual([
    {
      code: "SUBSTITUTED",
      message: "NG-1 is not there: NG-2 is sent instead.",
      field: ["lines", "0", "sku"],
    },
  ]);
  expect(order.lines).toMatchObject([
    { product: { id: "NG-2" }, substituteFor: { id: "NG-1" }, unitPrice: { amount: "10.00" } },
  ]);
});
