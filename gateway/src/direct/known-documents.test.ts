import { buildSchema, parse } from "graphql";
import { createKnownDocuments } from "./known-documents.ts";
import type { KnownDocument } from "./known-documents.ts";

const schema = buildSchema("type Query { a: Int }");

function known(text: string): KnownDocument {
  return { document: parse(text), queryHash: text };
}

test("a document is known for the schema that it was validated against, and for no other", () => {
  const documents = createKnownDocuments();
  documents.remember(schema, "{ a }", known("{ a }"));
  expect(documents.get(schema, "{ a }")?.queryHash).toBe("{ a }");
  expect(documents.get(schema, "{ a  }")).toBeUndefined();
  expect(documents.get(buildSchema("type Query { a: Int }"), "{ a }")).toBeUndefined();
});

test("a document that is known already stays the same one, on which other things are kept", () => {
  const documents = createKnownDocuments();
  documents.remember(schema, "{ a }", known("{ a }"));
  const first = documents.get(schema, "{ a }");
  documents.remember(schema, "{ a }", known("{ a }"));
  expect(documents.get(schema, "{ a }")).toBe(first);
});

test("where there is room for no more the least recently used is dropped, and what is larger than all of it is not kept", () => {
  const roomFor = (...texts: readonly string[]) =>
    texts.reduce((sum, text) => sum + text.length + JSON.stringify(parse(text)).length, 0);
  const documents = createKnownDocuments(roomFor("{ a }", "{ b }"));
  for (const text of ["{ a }", "{ b }"]) documents.remember(schema, text, known(text));
  documents.get(schema, "{ a }");
  documents.remember(schema, "{ c }", known("{ c }"));
  expect(["{ a }", "{ b }", "{ c }"].filter((text) => documents.get(schema, text))).toEqual([
    "{ a }",
    "{ c }",
  ]);
  const large = `{ ${"a ".repeat(100)}}`;
  documents.remember(schema, large, known(large));
  expect(documents.get(schema, large)).toBeUndefined();
});
