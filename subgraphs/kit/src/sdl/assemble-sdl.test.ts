import { assembleSdl } from "./assemble-sdl.ts";

const common = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  scalar Decimal
  scalar Unused
  type Money { amount: Decimal! }
  type Other { money: Money }
`;

test("a subgraph gets the header and the shared types that it reaches, and no others", () => {
  const sdl = assembleSdl(common, "type Query { price: Money }");
  expect(sdl).toMatch(/^extend schema @link/);
  expect(sdl).toContain("type Money");
  expect(sdl).toContain("scalar Decimal");
  expect(sdl).not.toMatch(/Unused|Other/);
});

test("a shared type is not written a second time", () => {
  expect(() => assembleSdl(common, "type Money { amount: Int }")).toThrow(
    "Money is defined in kit/common.graphql already.",
  );
});
