import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { BuildOptions } from "esbuild";

/**
 * Bundles GraphiQL, its editor and the editor's workers into gateway/dist/explorer, so that the page
 * needs nothing but this server.
 */
const source = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const outdir = source("../dist/explorer");
const { resolve } = createRequire(import.meta.url);

const common: BuildOptions = {
  bundle: true,
  minify: true,
  outdir,
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "dataurl" },
  legalComments: "eof",
  logLevel: "warning",
};

await rm(outdir, { recursive: true, force: true });
await Promise.all([
  build({ ...common, entryPoints: { main: source("main.tsx") }, format: "esm" }),
  build({
    ...common,
    format: "iife",
    entryPoints: {
      "editor.worker": resolve("monaco-editor/esm/vs/editor/editor.worker.js"),
      "json.worker": resolve("monaco-editor/esm/vs/language/json/json.worker.js"),
      "graphql.worker": resolve("monaco-graphql/esm/graphql.worker.js"),
    },
  }),
]);
