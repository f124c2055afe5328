import { createHash, randomUUID } from "node:crypto";
import { GRAPHQL_PATH } from "../http/graphql-route.ts";
import { CLIPBOARD_SCRIPT, STYLE } from "./assets.ts";
import { demoSteps } from "./steps.ts";
import type { DemoData, DemoOperation, Step } from "./steps.ts";

export type StartPageOptions = {
  /** Where clients reach this process, without a slash at the end. */
  readonly publicUrl: string;
  /** Only for a stack on one's own machine: whoever opens the page gets working tokens. */
  readonly demo?: DemoData & {
    /** A short-lived token; called for every page. */
    readonly mintToken: (role: DemoOperation["role"]) => Promise<string>;
  };
};

/**
 * The page at `/`: what this is, where its doors are, and with demo data five things to try. It is
 * whole in itself and loads nothing. It may hold tokens: serve it with `cache-control: no-store`.
 */
export async function renderStartPage({ publicUrl, demo }: StartPageOptions): Promise<string> {
  const tokens =
    demo === undefined
      ? null
      : { portal: await demo.mintToken("portal"), operator: await demo.mintToken("operator") };
  const steps = demo === undefined ? [] : demoSteps(demo, `demo-${randomUUID().slice(0, 8)}`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="referrer" content="no-referrer" />
    <meta name="color-scheme" content="light dark" />
    <title>Crossdock</title>
    <link rel="icon" href="data:," />
    <style>${STYLE}</style>
  </head>
  <body>
    <main>
      <header>
        <h1>Crossdock</h1>
        <p class="lead">One GraphQL API in front of a distributor’s ERP, warehouse and finance systems.</p>
      </header>
      ${doors(publicUrl, tokens)}
      ${tokens === null ? "" : tryIt(steps, tokens)}
    </main>
    <script>${CLIPBOARD_SCRIPT}</script>
  </body>
</html>
`;
}

/** The operator's page, which the program serves beside the API. */
const TOWER_PATH = "/tower";

type Tokens = Readonly<Record<DemoOperation["role"], string>>;

const POLICY = [
  "default-src 'none'",
  `script-src 'sha256-${digest(CLIPBOARD_SCRIPT)}'`,
  `style-src 'sha256-${digest(STYLE)}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

function doors(publicUrl: string, tokens: Tokens | null): string {
  const webSocketUrl = publicUrl.replace(/^http/, "ws");
  const rows: [name: string, url: string, link: string | null][] = [
    ["Explorer", `${publicUrl}${GRAPHQL_PATH}`, GRAPHQL_PATH],
    ["Tower", `${publicUrl}${TOWER_PATH}`, towerLink(tokens)],
    ["GraphQL", `POST ${publicUrl}${GRAPHQL_PATH}`, null],
    ["WebSocket", `${webSocketUrl}${GRAPHQL_PATH} (graphql-transport-ws)`, null],
    ["Events", `${publicUrl}${GRAPHQL_PATH} (accept: text/event-stream)`, null],
    ["Health", `${publicUrl}/readyz`, "/readyz"],
    ["Metrics", `${publicUrl}/metrics`, "/metrics"],
  ];
  const items = rows.map(([name, url, link]) => {
    const shown = `<code>${escape(url)}</code>`;
    return `<dt>${name}</dt><dd>${link === null ? shown : `<a href="${link}">${shown}</a>`}</dd>`;
  });
  return `<section><h2>Doors</h2><dl>${items.join("")}</dl></section>`;
}

function tryIt(steps: readonly Step[], tokens: Tokens): string {
  return `<section>
        <h2>Five things to try</h2>
        <p>Each link opens the explorer with the operation and a token in place: press play.</p>
        <ol class="steps">${steps.map((step) => stepItem(step, tokens)).join("")}</ol>
      </section>
      <section>
        <h2>Tokens</h2>
        <p>They belong to this machine, and end soon. Another one: <code>npm run --silent ctl -- token portal</code></p>
        ${Object.entries(tokens)
          .map(([role, token]) => copyable(`Token for ${role}`, token))
          .join("")}
      </section>`;
}

function stepItem({ title, text, operations, commands }: Step, tokens: Tokens): string {
  const links = operations.map(
    (operation) =>
      `<a class="button" target="_blank" rel="noopener" href="${escape(explorerLink(operation, tokens))}">${escape(operation.label)}</a>`,
  );
  const details = operations.map(({ label, query, variables }) =>
    copyable(`${label}: the operation`, `${query}\n\n# variables\n${comment(variables)}`),
  );
  const shell = commands.map(({ label, command }) => copyable(label, command));
  return `<li><h3>${escape(title)}</h3><p>${escape(text)}</p>
          <p class="actions">${links.join(" ")}</p>${[...shell, ...details].join("")}</li>`;
}

/** After the `#`, so that the browser keeps the token to itself. */
function explorerLink({ query, variables, role }: DemoOperation, tokens: Tokens): string {
  const fragment = new URLSearchParams({
    query,
    variables: JSON.stringify(variables, null, 2),
    headers: JSON.stringify({ authorization: `Bearer ${tokens[role]}` }, null, 2),
  });
  return `${GRAPHQL_PATH}#${fragment.toString()}`;
}

/** Signed in as the demo's operator, where there is one. */
function towerLink(tokens: Tokens | null): string {
  return tokens === null ? TOWER_PATH : `${TOWER_PATH}#token=${tokens.operator}`;
}

function comment(variables: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(variables, null, 2)
    .split("\n")
    .map((line) => `# ${line}`)
    .join("\n");
}

function copyable(label: string, text: string): string {
  return `<details><summary>${escape(label)}</summary><div class="copyable"><button type="button">Copy</button><pre>${escape(text)}</pre></div></details>`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
