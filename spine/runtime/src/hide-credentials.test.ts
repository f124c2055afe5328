import { Writable } from "node:stream";
import { hideCredentials } from "./hide-credentials.ts";
import { createLogger } from "./logger.ts";

const JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";

test.each([
  ["a signed token", `the token ${JWT} is odd`, "the token [redacted] is odd"],
  ["a header", "Authorization: Bearer abcdef1234567", "Authorization: Bearer [redacted]"],
  ["a header of a user", "basic b3BlcmF0b3I6eA==", "basic [redacted]"],
  [
    "an API key",
    `cdk_0123456789abcdef_${"s".repeat(43)} is revoked`,
    "cdk_0123456789abcdef_[redacted] is revoked",
  ],
  [
    "the password of a URL",
    "cannot reach postgres://crossdock:hush@db.example:5432/x",
    "cannot reach postgres://crossdock:[redacted]@db.example:5432/x",
  ],
  [
    "a form",
    "grant_type=client_credentials&client_secret=hush&scope=x",
    "grant_type=client_credentials&client_secret=[redacted]&scope=x",
  ],
  ["a key of a licence", '{"licenseKey":"hush"}', '{"licenseKey":"[redacted]"}'],
  ["JSON", '{"access_token":"hush","n":1}', '{"access_token":"[redacted]","n":1}'],
  [
    "JSON within JSON",
    JSON.stringify({ detail: '200 {"access_token": "hush", "n": 1}' }),
    JSON.stringify({ detail: '200 {"access_token": "[redacted]", "n": 1}' }),
  ],
])("%s is hidden", (_what, text, shown) => {
  expect(hideCredentials(text)).toBe(shown);
});

test.each([
  "GET http://127.0.0.1:4100/erp/v2.0/northgate answered 503",
  "orders/1a2b basic facts, bearer of news",
  "2026-11-21T08:00:00.000Z C10010 NG-10001",
])("what is no credential stays: %s", (text) => {
  expect(hideCredentials(text)).toBe(text);
});

test("an error whose message has a credential is logged without it, as JSON", () => {
  const lines: string[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const logger = createLogger({ name: "test", level: "info", to });
  const cause = new Error(`answered 400 {"client_secret":"hush-hush"}`);
  logger.error({ err: new Error(`Bearer ${JWT} was refused`, { cause }) }, "a call failed");
  expect(lines.join("")).not.toMatch(/hush|eyJ/);
  expect(JSON.parse(lines.join(""))).toMatchObject({
    msg: "a call failed",
    err: { message: expect.stringContaining("Bearer [redacted] was refused") as string },
  });
});
