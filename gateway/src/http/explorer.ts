import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { SendPage } from "./graphql-route.ts";

export const EXPLORER_PATH = "/explorer/";

const BUNDLE_DIRECTORY = fileURLToPath(new URL("../../dist/explorer", import.meta.url));

/** Everything from this server and nothing from another; the editor sets styles as it goes. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Serves GraphiQL, bundled with this package so that it works without a network.
 * @param bundleDirectory what `npm run build` wrote
 * @returns sends the page, or how to build it
 */
export function registerExplorer(
  app: FastifyInstance,
  bundleDirectory: string = BUNDLE_DIRECTORY,
): SendPage {
  const isBuilt = existsSync(bundleDirectory);
  if (isBuilt) {
    void app.register(fastifyStatic, {
      root: bundleDirectory,
      prefix: EXPLORER_PATH,
      decorateReply: false,
      index: false,
      cacheControl: false,
      setHeaders: (reply) => {
        reply.header("cache-control", "no-cache");
        reply.header("x-content-type-options", "nosniff");
      },
    });
  }
  return (reply) =>
    reply
      .header("content-security-policy", CONTENT_SECURITY_POLICY)
      .header("referrer-policy", "no-referrer")
      .header("x-content-type-options", "nosniff")
      .type("text/html; charset=utf-8")
      .send(isBuilt ? PAGE : NOT_BUILT_PAGE);
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Crossdock explorer</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${EXPLORER_PATH}main.css" />
  </head>
  <body>
    <div id="explorer">Loading GraphiQL …</div>
    <script type="module" src="${EXPLORER_PATH}main.js"></script>
  </body>
</html>
`;

const NOT_BUILT_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Crossdock explorer</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <h1>The explorer is not built</h1>
    <p>Run <code>npm run build</code> and start Crossdock again. The API itself works without it.</p>
  </body>
</html>
`;
