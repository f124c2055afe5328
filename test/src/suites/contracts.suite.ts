import { runProgram } from "../program.ts";
import type { Stack } from "../stack.ts";

type Body = {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
};

const EXCEPTIONS = "{ exceptions(first: 1) { edges { node { id } } } }";
const FIELDS = '{ type: __type(name: "Query") { fields { name } } }';

/** Each audience has its own schema, and what its caller may not have is null. @param open a stack that stands still */
export function contractsSuite(open: () => Stack): void {
  describe("contracts", () => {
    let stack: Stack;
    beforeAll(() => {
      stack = open();
    });

    async function ask(query: string, token: string | null): Promise<Body> {
      const response = await fetch(new URL("/graphql", stack.url), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query }),
      });
      return (await response.json()) as Body;
    }

    async function queryFieldsOf(token: string | null): Promise<readonly string[]> {
      const { data } = await ask(FIELDS, token);
      const { fields } = data?.["type"] as {
        readonly fields: readonly { readonly name: string }[];
      };
      return fields.map(({ name }) => name);
    }

    async function ctl(...args: readonly string[]): Promise<string> {
      const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", ["contract", ...args]);
      program.ready.catch(() => undefined);
      const { code } = await program.exited;
      expect([code, program.stderr()]).toEqual([0, ""]);
      return program.stdout();
    }

    test("what operators have is refused to customers, and is shown to nobody else", async () => {
      const [portal, operator] = [await stack.token("portal"), await stack.token("operator")];
      const refused = await ask(EXCEPTIONS, portal);
      expect(refused.errors).toMatchObject([
        { path: ["exceptions"], extensions: { code: "FORBIDDEN" } },
      ]);
      expect((await ask(EXCEPTIONS, operator)).errors).toBeUndefined();
      expect(await queryFieldsOf(operator)).toContain("exceptions");
      expect(await queryFieldsOf(portal)).not.toContain("exceptions");
      expect(await queryFieldsOf(null)).toEqual(await queryFieldsOf(portal));
    });

    test("who does not say who they are is answered nothing, and told to sign in", async () => {
      const body = await ask('{ order(id: "x") { id } customer(number: "C10010") { name } }', null);
      expect(body.data).toEqual({ order: null, customer: null });
      expect(
        body.errors?.map(({ path, extensions }) => [path?.join("."), extensions.code]),
      ).toEqual([
        ["order", "UNAUTHENTICATED"],
        ["customer", "UNAUTHENTICATED"],
      ]);
    });

    test("a field beyond a caller's scopes is null, and the rest of the answer is there", async () => {
      const carrier = await stack.token("carrier");
      const body = await ask(
        '{ customer(number: "C10010") { name creditLimit { amount } } }',
        carrier,
      );
      expect(body.data).toMatchObject({ customer: { creditLimit: null } });
      expect(body.errors).toMatchObject([
        { path: ["customer", "creditLimit"], extensions: { code: "FORBIDDEN" } },
      ]);
    });

    test("ctl prints a contract, and how two of them differ", async () => {
      const shown = await ctl("show", "portal");
      expect(shown).toMatch(/^type ShipmentEvent /m);
      expect(shown).not.toMatch(/exceptions|type Exception /);
      const lines = (await ctl("diff", "partner", "full")).trim().split("\n");
      expect(lines).toEqual(
        expect.arrayContaining(["only full: Exception", "only full: Query.exceptions"]),
      );
      expect(lines.every((line) => line.startsWith("only full: "))).toBe(true);
      expect((await ctl("diff", "operator")).trim()).toBe("operator and full are the same");
    });
  });
}
