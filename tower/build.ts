import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { build } from "vite";

/**
 * Bundles the page into tower/dist, so that it needs nothing but the server that it comes from, and lays a compressed copy
 * beside each file that compresses.
 */
const ROOT = fileURLToPath(new URL(".", import.meta.url));
const OUT = join(ROOT, "dist");
const COMPRESSIBLE = /\.(?:js|css|svg)$/;

await build({
  root: ROOT,
  configFile: false,
  base: "/tower/",
  logLevel: "warn",
  plugins: [react()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: "es2022",
    // Nothing is written into the page itself: its policy allows files of this server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file, which is cached for good: its size is held to a budget by a test.
    chunkSizeWarningLimit: 800,
    license: { fileName: "licences.md" },
  },
});

const assets = join(OUT, "assets");
const files = (await readdir(assets)).filter((file) => COMPRESSIBLE.test(file));
await Promise.all(files.map((file) => compress(join(assets, file))));

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await Promise.all([
    writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params })),
    writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION })),
  ]);
}
