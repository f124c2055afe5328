import { UnknownOutcomeError } from "@crossdock/source-contract";
import {
  requireNoFailureInside,
  requireTrusted,
  UntrustedAnswerError,
  untilTrusted,
} from "./trusted-answer.ts";

const COMPANY = { id: "1D3F0000-0000-4000-a000-000000000001", name: "CRONUS USA, Inc. 100%" };
const ROOT = "https://erp.example/v2.0/tenant/production";
const expected = { company: COMPANY, only: { No: ["NG-1", "NG-2"] } };
const check = (body: unknown) => () => requireTrusted("erp", "GET ItemCard", body, expected);
const list = (context: string, ...rows: object[]) => ({ "@odata.context": context, value: rows });

const OURS = [
  `${ROOT}/api/v2.0/$metadata#companies(${COMPANY.id.toLowerCase()})/items(number)`,
  `${ROOT}/ODataV4/$metadata#Company('CRONUS%20USA%2C%20Inc.%20100%25')/ItemCard`,
  `${ROOT}/ODataV4/$metadata#Company('CRONUS USA, Inc. 100%')/ItemCard`,
  `${ROOT}/api/v2.0/$metadata#items`,
];
test.each(OURS)("a list of %s is ours", (context) => {
  expect(check(list(context, { No: "NG-1" }))).not.toThrow();
});

const OTHERS = [
  `${ROOT}/api/v2.0/$metadata#companies(1d3f0000-0000-4000-a000-000000000002)/items`,
  `${ROOT}/ODataV4/$metadata#Company('CRONUS%20Canada')/ItemCard`,
];
test.each(OTHERS)("a list of %s is another company's", (context) => {
  expect(check(list(context, { No: "NG-1" }))).toThrow(UntrustedAnswerError);
});

test("rows have one of the keys that were asked for, in whatever case", () => {
  expect(
    check({ value: [{ No: "ng-1" }, { No: "NG-2" }, { Name: "no key shown" }] }),
  ).not.toThrow();
  expect(check({ value: [{ No: "NG-1" }, { No: "NG-3" }] })).toThrow(UntrustedAnswerError);
});

test("an option is the same with its escapes and without", () => {
  const only = { Source_Type: ["All_x0020_Customers"] };
  const body = { value: [{ Source_Type: "All Customers" }] };
  expect(() => requireTrusted("erp", "GET x", body, { company: COMPANY, only })).not.toThrow();
});

test("a failure inside a success is no answer to a read, and an unknown outcome of a write", () => {
  const body = { error: { code: "Internal_ServerError", message: "Not now." } };
  expect(check(body)).toThrow(UntrustedAnswerError);
  const write = (status: number) => () => requireNoFailureInside("erp", "POST x", { status, body });
  expect(write(200)).toThrow(UnknownOutcomeError);
  // What says of itself that it failed is judged by its status.
  expect(write(400)).not.toThrow();
});

test("it is asked again four times at most", async () => {
  let asked = 0;
  const read = untilTrusted(() => {
    asked += 1;
    throw new UntrustedAnswerError("erp", "GET x", "another company");
  }, AbortSignal.timeout(10_000));
  await expect(read).rejects.toBeInstanceOf(UntrustedAnswerError);
  expect(asked).toBe(4);
});
