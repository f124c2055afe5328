import { redactJson, redactText } from "./redact.ts";

const LONG = 1_000;

test.each([
  ['{"error":"x","access_token":"abc123","expires_in":5}', "abc123"],
  ["Authorization: Bearer abc.DEF-123456 was refused", "abc.DEF-123456"],
  ["POST token?client_secret=hunter2&x=1", "hunter2"],
  ["bad token eyJhbGciOi.eyJzdWIiOiI.c2lnbmF0dXJl given", "eyJhbGciOi"],
  ["Contact ann.lee+dock@harbor-supply.example about it", "ann.lee"],
  ["Cannot deliver to 12 Old Mill Street, Cleveland", "Old Mill"],
  ["call +1 216-555-0142 first", "555-0142"],
  ['{"shipToCity":"Cleveland","recipient":{"name":"Ann"}}', "Cleveland"],
  ['400 {"Contact":"C10010","address1":"7 Quay with a very long na', "7 Quay"],
  ["key 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 expired", "9f86d081"],
])("%s loses what is private", (text, secret) => {
  expect(redactText(text, LONG)).not.toContain(secret);
});

test("what a person needs to repair it stays", () => {
  const text =
    "400 You cannot sell item NG-10003 because the Blocked check box is selected on the item card. " +
    "Order SO-0100005-1 of 2026-11-21, id 0c3d1f6e-0f4b-4a55-9a3c-1f2e3d4c5b6a.";
  expect(redactText(text, LONG)).toBe(text);
});

test("what is too long is cut", () => {
  expect(redactText("a b ".repeat(10), 10)).toBe("a b a b a…");
});

test("data keeps what it is about and loses whom it is for", () => {
  const order = {
    customerNumber: "C10010",
    shipTo: { city: "Cleveland" },
    lines: [{ sku: "NG-1", description: "Bolt", email: "a@b.example", token: null }],
  };
  expect(redactJson(order)).toEqual({
    customerNumber: "C10010",
    shipTo: "[removed]",
    lines: [{ sku: "NG-1", description: "Bolt", email: "[removed]", token: null }],
  });
});
