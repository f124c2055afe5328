import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { parse, validate } from "graphql";

const ROOT = join(__dirname, "..");
const files = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const schema = Supergraph.build(readFileSync(join(ROOT, "supergraph.graphql"), "utf8"), {
  supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  validateSupergraph: false,
})
  .apiSchema()
  .toGraphQLJSSchema();

/** Every operation that the docs show, with the place where it stands. */
const examples = files.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/```graphql\n([\s\S]*?)```/g)].map((match) => ({
    place: `${file}:${String(text.slice(0, match.index).split("\n").length + 1)}`,
    operation: match[1] ?? "",
  }));
});

test("the docs show operations", () => {
  expect(examples.length).toBeGreaterThanOrEqual(8);
});

test.each(examples)("the operation at $place is one that the graph answers", ({ operation }) => {
  expect(validate(schema, parse(operation)).map(({ message }) => message)).toEqual([]);
});

/** Code that the docs show as a file, which a test of its own runs. */
const listings = files.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/^\[`([^`]+)`\]\([^)]+\)\n\n```ts\n([\s\S]*?)```/gm)].map((match) => ({
    file,
    source: match[1] ?? "",
    code: match[2] ?? "",
  }));
});

test("the docs show how each client library follows, from the file that the tests run", () => {
  expect(listings.map(({ source }) => source)).toEqual(
    readdirSync(join(ROOT, "test/clients"))
      .map((name) => `test/clients/${name}`)
      .sort((left, right) => listingAt(left) - listingAt(right)),
  );
  for (const { source, code } of listings) {
    expect([source, code]).toEqual([source, readFileSync(join(ROOT, source), "utf8")]);
  }
});

const listingAt = (name: string) => listings.findIndex(({ source }) => source === name);

test("every relative link of the docs leads to a file", () => {
  const broken = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map((match) => match[1] ?? "")
      .filter((link) => {
        try {
          readdirSync(join(ROOT, file, "..", link));
          return false;
        } catch (error) {
          return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
        }
      })
      .map((link) => `${file}: ${link}`);
  });
  expect(broken).toEqual([]);
});
