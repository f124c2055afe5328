import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";
import { parse, validate } from "graphql";
import { readOperation } from "../../explorer/operation-in-url.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { findExcess } from "../policy/document-limits.ts";
import { renderStartPage } from "./start-page.ts";
import { demoSteps } from "./steps.ts";

const demo = {
  customer: "C10010",
  skus: ["NG-10001", "NG-10002", "NG-10003"] as const,
  sandboxUrl: "http://127.0.0.1:4100",
  mintToken: (role: string) => Promise.resolve(`token-of-${role}`),
};
const publicUrl = "http://127.0.0.1:4000";

const explorerLinks = (page: string) =>
  [...page.matchAll(/href="\/graphql(#[^"]+)"/g)].map(([, hash = ""]) =>
    readOperation({ search: "", hash: hash.replaceAll("&amp;", "&") }),
  );

test("every step's link opens the explorer with an operation, its variables and a token", async () => {
  const links = explorerLinks(await renderStartPage({ publicUrl, demo }));
  const operations = demoSteps(demo, "x").flatMap((step) => step.operations);
  expect(links.map((link) => link?.initialQuery)).toEqual(operations.map(({ query }) => query));
  links.forEach((link, index) => {
    const headers = JSON.parse(link?.initialHeaders ?? "") as unknown;
    expect(headers).toEqual({
      authorization: `Bearer token-of-${String(operations[index]?.role)}`,
    });
    expect(Object.keys(JSON.parse(link?.initialVariables ?? "") as object)).toEqual(
      Object.keys(operations[index]?.variables ?? {}),
    );
  });
});

test("the operations fit the graph that is served, and the gateway's limits", () => {
  const sdl = readFileSync(join(__dirname, "../../../supergraph.graphql"), "utf8");
  const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;
  const schema = Supergraph.build(sdl, { supportedFeatures }).apiSchema().toGraphQLJSSchema();
  for (const { label, query } of demoSteps(demo, "x").flatMap((step) => step.operations)) {
    const document = parse(query);
    const problems = [...validate(schema, document), ...findExcess(document, DEFAULT_LIMITS)];
    expect([label, problems.map(({ message }) => message)]).toEqual([label, []]);
  }
});

test("a page submits an order of its own, and the same one when it is sent again", async () => {
  const keyOf = async () => {
    const links = explorerLinks(await renderStartPage({ publicUrl, demo }));
    const variables = JSON.parse(links[1]?.initialVariables ?? "") as {
      input: { idempotencyKey: string };
    };
    return variables.input.idempotencyKey;
  };
  expect(await keyOf()).not.toBe(await keyOf());
});

test("the page loads nothing, and its policy allows its own script and style only", async () => {
  const page = await renderStartPage({ publicUrl, demo });
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  const allowed = [...page.matchAll(/'sha256-([^']+)'/g)].map(([, hash]) => hash);
  const inline = [...page.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)].map(([, , text = ""]) =>
    createHash("sha256").update(text).digest("base64"),
  );
  expect(inline).toHaveLength(2);
  expect(allowed.sort()).toEqual(inline.sort());
});

test("without demo data the page has no token and nothing to try", async () => {
  const page = await renderStartPage({ publicUrl });
  expect(page).toContain(`${publicUrl}/graphql`);
  expect(page).not.toMatch(/Bearer|token-of|Five things/);
});
