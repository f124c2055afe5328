import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { TowerConfig } from "./config/tower-config.ts";

export const TOWER_PATH = "/tower";

export type TowerRoutesDeps = {
  /** How people sign in; `null` when the page takes tokens of `ctl token` only. */
  readonly tower: TowerConfig | null;
};

const BUNDLE = fileURLToPath(new URL("../../tower/dist", import.meta.url));
const NONCE_BYTES = 16;
const NONCE_PLACE = "__NONCE__";
/** Their names change with what is in them. */
const ASSETS_CACHED = "public, max-age=31536000, immutable";

/**
 * The operator's page at `/tower` and every path below it. Everybody may load it: it holds no data and no token, and asks
 * the API for all that it shows with the token of who signed in.
 * @param bundle what `npm run build` wrote
 */
export function registerTower(
  app: FastifyInstance,
  { tower }: TowerRoutesDeps,
  bundle: string = BUNDLE,
): void {
  const isBuilt = existsSync(`${bundle}/index.html`);
  const page = isBuilt ? readFileSync(`${bundle}/index.html`, "utf8") : NOT_BUILT;
  const settings = { signIn: tower?.signIn ?? null };
  const asked = tower === null ? [] : hostsAsked(tower);
  if (isBuilt) {
    void app.register(fastifyStatic, {
      root: `${bundle}/assets`,
      prefix: `${TOWER_PATH}/assets/`,
      decorateReply: false,
      index: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply) => {
        reply.header("cache-control", ASSETS_CACHED);
      },
    });
  }
  app.get(`${TOWER_PATH}/tower.svg`, async (_request, reply) =>
    reply.type("image/svg+xml").header("cache-control", "no-cache").send(ICON),
  );
  app.get(`${TOWER_PATH}/settings.json`, async (_request, reply) =>
    reply.header("cache-control", "no-store").send(settings),
  );
  for (const path of [TOWER_PATH, `${TOWER_PATH}/*`]) {
    app.get(path, async (_request, reply) => {
      const nonce = randomBytes(NONCE_BYTES).toString("base64");
      return reply
        .type("text/html; charset=utf-8")
        .header("cache-control", "no-store")
        .header("content-security-policy", policyWith(nonce, asked))
        .send(page.replaceAll(NONCE_PLACE, nonce));
    });
  }
}

/** Whom the page asks, beside this server: the issuer where people sign in for what it is, and whoever gives its tokens. */
function hostsAsked({ signIn: { issuer, tokenUrl = issuer } }: TowerConfig): readonly string[] {
  return [...new Set([issuer, tokenUrl].map((url) => new URL(url).origin))];
}

/**
 * Everything from this server. The nonce is for the few styles that the components set up at run time.
 * @param asked other hosts that may be asked, by their origins
 */
function policyWith(nonce: string, asked: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    ["connect-src 'self'", ...asked].join(" "),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#0f5fbf"/><path d="M5 9h14M5 15h14M9 5v14M15 5v14" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>`;

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Crossdock tower</title></head>
  <body>
    <h1>The tower is not built</h1>
    <p>Run <code>npm run build</code> and start Crossdock again. The API itself works without it.</p>
  </body>
</html>
`;
