/** One button of the start page: it opens the explorer with all of this in place. */
export type PageOperation = {
  readonly query: string;
  readonly variables: unknown;
  readonly token: string;
};
export type PageStep = { readonly operations: readonly PageOperation[] };

/** What the start page offers to try, as a visitor's browser gets it. */
export function readStartPage(html: string): { readonly steps: readonly PageStep[] } {
  const list = /<ol class="steps">([\s\S]*?)<\/ol>/.exec(html)?.[1] ?? "";
  const items = list.split("<li>").slice(1);
  return { steps: items.map((item) => ({ operations: operationsOf(item) })) };
}

function operationsOf(item: string): PageOperation[] {
  return [...item.matchAll(/href="\/graphql#([^"]+)"/g)].map(([, fragment = ""]) => {
    const parts = new URLSearchParams(fragment.replaceAll("&amp;", "&"));
    const headers = JSON.parse(parts.get("headers") ?? "{}") as { authorization?: string };
    return {
      query: parts.get("query") ?? "",
      variables: JSON.parse(parts.get("variables") ?? "{}") as unknown,
      token: headers.authorization?.replace(/^Bearer /, "") ?? "",
    };
  });
}
