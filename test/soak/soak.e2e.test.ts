import { spawn } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

type Ended = { readonly code: number | null; readonly told: string };

/** @returns with what the soak ended, and what it said */
async function soak(...args: readonly string[]): Promise<Ended> {
  const soaking = spawn(
    process.execPath,
    ["--expose-gc", "--import", "tsx", "test/soak/soak.ts", ...args],
    { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] },
  );
  let told = "";
  soaking.stdout.on("data", (text) => (told += String(text)));
  soaking.stderr.on("data", (text) => (told += String(text)));
  const code = await new Promise<number | null>((resolve) => soaking.once("close", resolve));
  return { code, told };
}

const PATIENCE_MS = 180_000;

test(
  "under mixed load and reloads the heap stays as it is",
  async () => {
    expect(await soak("--seconds", "20")).toEqual({
      code: 0,
      told: expect.stringContaining("over the second half"),
    });
  },
  PATIENCE_MS,
);
