import { readStartPage, type PageOperation } from "../start-page.ts";
import type { Stack } from "../stack.ts";

export function pagesSuite(open: () => Stack): void {
  describe("pages", () => {
    let stack: Stack;
    beforeAll(async () => {
      stack = open();
    });

    const get = (path: string, accept = "*/*") =>
      fetch(new URL(path, stack.url), { headers: { accept } });

    async function run({ query, variables, token }: PageOperation) {
      const { data, errors } = await stack.post(JSON.stringify({ query, variables }), token);
      expect(errors).toEqual([]);
      return data as Record<string, Record<string, unknown>>;
    }

    test("the start page has five steps, and every operation on it works with its token", async () => {
      const { steps } = readStartPage(await (await get("/")).text());
      expect(steps).toHaveLength(5);
      const [account, submit, watch, whole, breaking] = steps;

      const seen = await runAll(account);
      expect(seen[0]).toMatchObject({ product: { price: { basis: "CONTRACT" } } });

      const [submitted] = await runAll(submit);
      expect(submitted).toMatchObject({ submitOrder: { order: {}, userErrors: [] } });
      const orderId = (submitted?.["submitOrder"]?.["order"] as { id: string }).id;
      const [again] = await runAll(submit);
      expect(again).toMatchObject({ submitOrder: { order: { id: orderId }, userErrors: [] } });

      expect(await runAll(whole)).toMatchObject([
        { orders: { edges: [{ node: { id: orderId } }] } },
      ]);

      const [refused, , commands] = await runAll(breaking);
      const codes = refused?.["submitOrder"]?.["userErrors"] as { code: string }[];
      expect(codes.map(({ code }) => code)).toEqual([
        "INVALID_QUANTITY",
        "UNKNOWN_SKU",
        "PRICE_MISMATCH",
      ]);
      expect(commands?.["commands"]).toBeDefined();

      expect(watch?.operations[0]?.query).toMatch(/^subscription /);
    });

    async function runAll(step: { operations: readonly PageOperation[] } | undefined) {
      const answers = [];
      for (const operation of step?.operations ?? []) answers.push(await run(operation));
      return answers;
    }

    test("the start page loads nothing", async () => {
      const html = await (await get("/")).text();
      const loaded = loadedBy(html).filter((address) => !address.startsWith("data:"));
      expect(loaded).toEqual([]);
    });

    test("the explorer loads everything from the same origin, and its policy allows nothing else", async () => {
      const page = await get("/graphql", "text/html");
      const policy = page.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/https?:|\*/);

      const addresses = loadedBy(await page.text()).filter(
        (address) => !address.startsWith("data:"),
      );
      expect(addresses.map((address) => new URL(address, stack.url).origin)).toEqual(
        addresses.map(() => stack.url),
      );
      expect(addresses.some((address) => address.endsWith(".js"))).toBe(true);
      expect(addresses.some((address) => address.endsWith(".css"))).toBe(true);
      for (const address of addresses) {
        const asset = await get(address);
        expect([address, asset.status]).toEqual([address, 200]);
        const text = await asset.text();
        if (address.endsWith(".css")) await expectLocalUrls(text, address);
        else expect(text).not.toMatch(/\b(?:importScripts|import)\(\s*["'`](?:https?:)?\/\//);
      }
    });

    /** What a browser fetches for a page by itself: scripts, styles, images, frames. Links are only followed. */
    function loadedBy(html: string): string[] {
      const sources = [...html.matchAll(/<(?:script|img|iframe|source)\b[^>]*\bsrc="([^"]+)"/g)];
      const links = [...html.matchAll(/<link\b[^>]*\bhref="([^"]+)"/g)];
      return [...sources, ...links].map(([, address = ""]) => address.replaceAll("&amp;", "&"));
    }

    async function expectLocalUrls(css: string, base: string): Promise<void> {
      const urls = [...css.matchAll(/url\(\s*["']?([^"')]+)/g)].map(([, address = ""]) => address);
      for (const address of new Set(urls.filter((url) => !/^(data:|#|%23)/.test(url)))) {
        const absolute = new URL(address, new URL(base, stack.url));
        expect(absolute.origin).toBe(stack.url);
        expect([address, (await fetch(absolute)).status]).toEqual([address, 200]);
      }
    }
  });
}
