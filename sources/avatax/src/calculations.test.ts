import { createLogger } from "@crossdock/runtime";
import { SourceAccessError, SourceProtocolError } from "@crossdock/source-contract";
import { createAvataxSystem } from "./avatax-system.ts";
import { refusalOf } from "./refusals.ts";
import { openTaxOffice, taxDraftOf } from "./testing/tax-office.ts";

const signal = () => AbortSignal.timeout(10_000);
let office: Awaited<ReturnType<typeof openTaxOffice>>;
beforeAll(async () => {
  office = await openTaxOffice();
});
afterAll(() => office.close());

test("the tax is the sandbox's rates to the cent", async () => {
  const { calculations } = office.system;
  const estimate = await calculations.estimateTax(taxDraftOf("C-1"), signal());
  // 7.75 % in Cleveland: 249.98 is 14.37 + 3.75 + 1.25, 12.35 is 0.71 + 0.19 + 0.06, 18.20 is 1.05 + 0.27 + 0.09.
  expect(estimate).toMatchObject({
    document: {
      lines: [
        { lineNumber: 1, tax: { amount: "19.37", currency: "USD" } },
        { lineNumber: 7, tax: { amount: "0.96" } },
      ],
      freightTax: { amount: "1.41" },
      total: { amount: "21.74" },
      jurisdictions: [
        { name: "OHIO", rate: "0.0575", tax: { amount: "16.13" } },
        { name: "COUNTY 441", rate: "0.015", tax: { amount: "4.21" } },
        { name: "CLEVELAND", rate: "0.005", tax: { amount: "1.40" } },
      ],
    },
  });
});

test("goods of which nobody knows yet where they leave from are taxed where they go", async () => {
  const { calculations } = office.system;
  const [known, unknown] = await Promise.all([
    calculations.estimateTax(taxDraftOf("C-2"), signal()),
    calculations.estimateTax(taxDraftOf("C-2", { shipFrom: null }), signal()),
  ]);
  expect(unknown).toEqual(known);
});

test("a number with a slash in it is one document's name", async () => {
  const { calculations } = office.system;
  await calculations.recordTax(taxDraftOf("INV/7 b"), signal());
  expect((await calculations.findTax("INV/7 b", signal()))?.documentNumber).toBe("INV/7 b");
});

test.each([
  ["a wrong key", { licenseKey: "guess" }, SourceAccessError],
  ["a company that is none", { companyCode: "NOBODY" }, SourceProtocolError],
])("%s is our fault and no answer", async (_what, wrong, kind) => {
  const system = createAvataxSystem({
    name: "tax",
    apiUrl: office.apiUrl,
    account: { ...office.account, ...wrong },
    logger: createLogger({ name: "test", level: "silent" }),
  });
  await expect(system.calculations.findTax("C-1", signal())).rejects.toBeInstanceOf(kind);
  await system.close();
});

test("a document of a filed return is refused as of a closed period", () => {
  const error = { code: "CannotModifyLockedTransaction", message: "The transaction is locked." };
  const text = JSON.stringify({ error });
  const answer = { status: 400, headers: {}, text, json: () => JSON.parse(text) as unknown };
  expect(refusalOf(answer)).toMatchObject({
    code: "PERIOD_CLOSED",
    lastAnswer: { status: 400, ...error },
  });
});
